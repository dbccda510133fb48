"""One file a message: the value class and nothing else."""
