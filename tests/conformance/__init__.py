"""Against the standards' own files, their validators and other engines: the oracles."""
