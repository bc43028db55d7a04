"""README.md, "At run time": its snippet runs, and its figures are those of docs/pbt.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("\n## At run time\n")[2].partition("\n## ")[0]


def _figures(text: str) -> list[list[str]]:
    """The rows of the table of value losses, without the names that the page gives them."""
    return [re.findall(r"[+-]\d+% \[[-\d, ]+\]", line) for line in text.splitlines() if line.count("% [") == 3]


def test_the_snippet_runs_and_needs_its_remedy() -> None:
    from lstm_runtime import StaleStateError

    (snippet,) = re.findall(r"^```python\n(.*?)^```$", SECTION, flags=re.MULTILINE | re.DOTALL)
    exec(compile(snippet, "README.md", "exec"), {"__name__": "readme"})
    without = re.sub(r"^    rewarm_lstm_states.*\n", "", snippet, flags=re.MULTILINE)
    assert without != snippet
    with pytest.raises(StaleStateError):
        exec(compile(without, "README.md", "exec"), {"__name__": "readme"})


def test_the_figures_are_those_of_the_page_on_population_based_training() -> None:
    page = (ROOT / "docs" / "pbt.md").read_text(encoding="utf-8")
    assert len(_figures(SECTION)) == 2
    assert _figures(SECTION) == _figures(page)
