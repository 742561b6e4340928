"""The steps of the workflow: running notebooks, the ledger, the pages, the downloads."""
