"""What people do. Text, evidence and ledger meet here, and nowhere else.

Read ``state`` (what is so now), ``fold`` (events to state), ``policy`` (what is missing before publication, who may review), ``undo`` and
``history``: pure, over a state. Then ``pipeline`` (engines that propose), ``gather`` (evidence brought in), ``acts``, ``claim_acts``,
``evidence_acts``, ``sourcing_acts`` (over ``page_facts``, ``sourcing`` and ``timing``), ``looking_acts``, ``earlier_acts``,
``archive_acts`` (over ``archiving``, the queue), ``recheck_acts`` and ``case`` (one method for each thing a person does), ``background``,
``settings``, ``surroundings`` (the machine and who sits down at it), ``verify`` and ``desk`` (a folder that holds it all).
"""
