"""What messages share: identifiers, code lists, formatted text, parties, timestamps, file types."""
