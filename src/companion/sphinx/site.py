"""Settings of the theme that Jupyter Book cannot express, and the figures' colours for pages."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from companion.pages.figures import css_variables

PALETTE = "palette.css"


def _add_palette(app: Sphinx, config: Config) -> None:
    folder = Path(app.doctreedir).parent / "generated-static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PALETTE).write_text(css_variables(), encoding="utf-8")
    config.html_static_path.append(str(folder))
    app.add_css_file(PALETTE)


def _configure(app: Sphinx) -> None:
    if app.config.html_theme != "sphinx_book_theme":
        return
    options = app.config.html_theme_options
    # The theme's second header bar hides the contents button on phones.
    options["navbar_persistent"] = []


def setup(app: Sphinx) -> None:
    """Change the theme's options before it reads them; add the style sheet of the colours."""
    app.connect("config-inited", _add_palette)
    app.connect("builder-inited", _configure, priority=100)
