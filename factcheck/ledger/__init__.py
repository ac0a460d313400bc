"""Memory: events as signed leaves of a Merkle tree, in formats that other people's programs read.

Read ``FORMAT.md`` first: it is the specification. Then, from the bytes up:

- ``canonical`` (JSON in one spelling), ``checkpoint`` (signed notes and tree heads), ``codec`` (event to leaf and disclosures and back),
  ``merkle`` (hashes and proofs; knows bytes only);
- ``counting`` (whose key may write, what holds a register, what is erased), ``naming`` (which captures entries name), ``index`` (all that
  looked up, kept between sessions);
- ``keys``, ``locks`` and ``asking`` (people's and desks' keys, where they lie, how one asks to be introduced);
- ``store``, ``sqlite`` and ``postgres`` (where rows lie), ``log`` (read and prove), ``ledger`` (append, merge, erase), ``kept`` (the head
  outside the desk);
- for others: ``tiles`` and ``exported`` (a log as files), ``cosign`` (witnesses), ``timestamps`` and ``stamps`` (RFC 3161), ``seal`` and
  ``attached`` (what reports and bundles carry);
- ``findings``, ``audit`` and ``verify`` (check everything from the bytes alone), and ``tiny_verify``, which does so again in one file that
  shares nothing with the rest.
"""
