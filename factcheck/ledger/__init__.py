"""Memory: events as signed leaves of a Merkle tree, in formats that other people's programs read.

Read ``FORMAT.md`` first: it is the specification. Then ``codec`` (event to leaf and disclosures and back), ``merkle`` (hashes and
proofs; knows bytes only), ``checkpoint`` (signed tree heads), ``keys`` (people's and desks' keys), ``store``, ``sqlite`` and ``postgres``
(where rows lie), ``ledger`` (append, read, prove), ``tiles`` (a log as files for others), ``cosign`` (witnesses) and ``verify`` (check
everything from the bytes alone).
"""
