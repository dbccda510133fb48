"""How a message is declared: one field a line, named as the standard names it."""
