"""What a certification is about, as data: tasks, cases, what a system is, what came of it."""
