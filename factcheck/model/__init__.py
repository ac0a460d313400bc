"""Frozen values, named by nouns; standard library only: no I/O, no clock, no randomness.

Read ``article`` (what is checked), ``claim`` (what it says, and who is said to have said it), ``evidence`` (what bears on it),
``verdict`` (what people concluded), then ``events`` (what can happen to a case). Everything here can be written as plain JSON:
fields are strings, integers, booleans, enums of strings, tuples, mappings and other values of this package.
"""
