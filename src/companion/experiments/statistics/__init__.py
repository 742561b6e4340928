"""What the recorded runs say about the statements of the paper."""
