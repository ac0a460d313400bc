"""The outside world: pages fetched within limits, and captures kept by SHA-256.

Read ``fetch`` (one address, guarded), then ``captures`` (what was brought, by SHA-256) and ``warc`` (its records); ``wacz`` hands captures
out for other people's tools, with the index of ``cdx``; ``warc_reading`` reads records strictly. What a page says is read by ``text``;
the two meet in ``case``. For archived copies read ``weblinks`` and ``pages`` (links and addresses), ``memento`` (what counts as a copy) and
``archive`` (finding them).
"""
