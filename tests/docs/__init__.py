"""The pages that are made from the code, or that speak of it."""
