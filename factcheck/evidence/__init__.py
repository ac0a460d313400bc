"""The outside world: pages fetched within limits, and captures kept by SHA-256.

Read ``fetch`` (one address, guarded: ``guard``, ``connect``, ``unpack``, ``faults``), then ``captures`` (what was brought, by SHA-256) and
``warc`` (its records); ``wacz`` hands captures out for other people's tools, with the index of ``cdx``; ``warc_reading`` reads records
strictly, and ``web_archive`` takes a page out of somebody else's archive. What a page says is read by ``text``; the two meet in ``case``.

For archived copies read ``weblinks`` and ``pages`` (links and addresses), ``memento`` (what counts as a copy) and ``archive`` (finding
them); then ``saving`` (asking for new ones), ``archive_queue`` and ``archive_work`` (the queue). ``link_check`` says what became of a link.

Which pieces go back to one source: ``words`` and ``addresses`` (what is compared), ``outlets`` (names and credits; ``outlets.toml`` is the
table), ``copies`` (long passages shared), ``origins`` (groups, and alarms about circular sourcing), ``told`` (their reasons in words).

Where people look: ``search_places`` (links that are made and never fetched; ``search_places.toml`` is the list), ``earlier`` (checks made
before: ClaimReview items, Google's Fact Check Tools, how alike they are).
"""
