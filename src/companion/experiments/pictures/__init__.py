"""Figures and tables of the recorded runs."""
