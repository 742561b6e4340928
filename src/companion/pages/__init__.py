"""What notebooks draw and hand to the book."""
