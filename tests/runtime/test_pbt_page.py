"""docs/pbt.md: its snippets run, in order; its table of figures is the program's; what it says can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

from lstm_runtime.metrics import FIGURES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pbt.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_snippets_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "page"}
    *plain, of_ray = SNIPPETS
    assert "ray" in of_ray
    assert len(plain) == 8
    for number, snippet in enumerate(plain):
        exec(compile(snippet, f"docs/pbt.md, snippet {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "took over policy, optimizer" in printed
    assert "re-warmed by [" in printed
    assert "put back to initial" in printed
    assert names["exploits"].exploitation_count == 1


def test_the_snippet_for_ray_runs() -> None:
    pytest.importorskip("ray.tune", reason="Ray Tune is not installed (pip install './runtime[ray]')")
    names: dict[str, object] = {"__name__": "page"}
    exec(compile(SNIPPETS[-1], "docs/pbt.md, the last snippet", "exec"), names)
    assert callable(names["tuner"].fit)


def test_the_table_has_every_figure_as_the_program_explains_it() -> None:
    rows = dict(re.findall(r"^\| `((?:pbt|recurrent)/\w+)` \| (.*) \|$", PAGE, flags=re.MULTILINE))
    assert rows == FIGURES
