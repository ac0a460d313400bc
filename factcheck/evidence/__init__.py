"""The outside world: pages fetched within limits, and captures kept by SHA-256.

Read ``fetch`` (one address, guarded), then ``captures`` (what was brought, as WARC records). What a page says is read by ``text``;
the two meet in ``case``. For archived copies read ``weblinks`` and ``pages`` (links and addresses), ``memento`` (what counts as a copy) and
``archive`` (finding them).
"""
