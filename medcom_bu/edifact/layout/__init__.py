"""EDIFACT's layouts: the segments of a letter to its value, and back, by tables."""
