"""What the kit gives to a system: tasks to send, and messages to receive, made again in each run."""
