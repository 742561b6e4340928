"""The networks and pools as torch modules: the one room that imports torch."""
