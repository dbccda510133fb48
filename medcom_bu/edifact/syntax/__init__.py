"""EDIFACT's syntax: bytes to the segments of an interchange, and back. It knows no letter."""
