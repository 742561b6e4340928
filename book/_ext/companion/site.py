"""Settings of the theme that Jupyter Book cannot express."""

from sphinx.application import Sphinx


def _configure(app: Sphinx) -> None:
    if app.config.html_theme != "sphinx_book_theme":
        return
    options = app.config.html_theme_options
    # The theme's second header bar hides the contents button on phones.
    options["navbar_persistent"] = []


def setup(app: Sphinx) -> None:
    """Change the theme's options before it reads them."""
    app.connect("builder-inited", _configure, priority=100)
