"""Notebooks as the Python that their code cells hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

# A line for the notebook or the shell, which is no Python.
_MAGIC = re.compile(r"(?m)^(\s*)[%!].*$")


def code_of(notebook: Path) -> str:
    """The code cells in their order, one blank line between two; magic lines are ``pass``."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = ("".join(cell["source"]).rstrip("\n") for cell in cells if cell["cell_type"] == "code")
    return _MAGIC.sub(r"\1pass", "\n\n".join(texts)) + "\n"
