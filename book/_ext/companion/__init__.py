"""The book's own Sphinx extension: results of the notebooks as figures, tables and numbers."""

from sphinx.application import Sphinx

from companion import ledger, mathematics, provenance, results, site, statements


def setup(app: Sphinx) -> dict[str, object]:
    """Register every part with Sphinx."""
    for part in (results, provenance, statements, ledger, mathematics, site):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
