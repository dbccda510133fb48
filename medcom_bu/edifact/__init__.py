"""EDIFACT: the syntax of interchanges, and the layout of each letter as a table read in both directions."""
