"""What makes the book: evidence, ledger, experiments, pages, and the steps that build it."""
