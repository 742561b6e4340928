"""Recorded results: read, checked against their schema, written."""
