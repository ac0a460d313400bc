"""What people do. Text, evidence and ledger meet here, and nowhere else.

Read ``state`` (events folded into what is so now), ``policy`` (what is missing before publication), ``pipeline`` (engines that
propose), ``case`` (one method for each thing a person does) and ``desk`` (a folder that holds it all). State is never patched: after
an append the new events are folded.
"""
