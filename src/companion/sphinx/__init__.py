"""The book's own Sphinx extension: results of the notebooks as figures, tables and numbers."""

from sphinx.application import Sphinx

from companion.sphinx import (
    boxes,
    cells,
    code_lines,
    definitions,
    downloads,
    equations,
    finding,
    folding,
    icons,
    interactive,
    ledger_page,
    machine,
    mathematics,
    measured,
    notation,
    number_style,
    numbering,
    patch,
    provenance,
    publication,
    reference,
    report,
    results,
    site,
    sources,
    status,
    stress,
    uses,
    words,
)

PARTS = (
    *(results, provenance, report, folding, boxes, cells, code_lines, ledger_page, definitions),
    *(machine, mathematics, equations, notation, numbering, sources, uses, words),
    number_style,
    *(
        interactive,
        patch,
        status,
        stress,
        measured,
        publication,
        reference,
        downloads,
        finding,
        icons,
        site,
    ),
)


def setup(app: Sphinx) -> dict[str, object]:
    """Register every part with Sphinx."""
    for part in PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
