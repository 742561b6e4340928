"""How the identities are found; nothing here is needed to state, prove or use them."""
