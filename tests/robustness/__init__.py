"""Robustness: whatever bytes, values and amounts come in, the library keeps its promises.

``bases``      sound messages on every wire, where everything starts
``canaries``   names and numbers that nothing may tell, and all that the library tells
``mutators``   a message as a tree of its wire, changed in one to four places by a seeded generator
``promises``   what must hold of any bytes and of any value
``shards``     runs of many seeded inputs, in parts, with the slowest and the hungriest of them
``leaves``     values with hostile leaves
``growth``     how work and memory grow with the input
``coverage``   coverage-guided fuzzing with atheris, run by hand

An input has the name ``wire/part/number``: ``python -m tests.robustness.shards oioxml/3/127`` makes it
again and runs it alone.
"""
