"""What whole messages are: built, read, written, judged, shown."""
