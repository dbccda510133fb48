"""What two sides say to each other about messages: receipts, and what they answer."""
