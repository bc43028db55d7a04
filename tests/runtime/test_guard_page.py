"""docs/guard.md: its snippets run, in order, and do what they say; the runtime's README leads there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = re.findall(
    r"^```python\n(.*?)^```$", (ROOT / "docs/guard.md").read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
)


def test_the_snippets_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {"__name__": "page"}
    assert len(SNIPPETS) == 4
    for number, snippet in enumerate(SNIPPETS):
        exec(compile(snippet, f"docs/guard.md, snippet {number}", "exec"), names)
    error, mended = capsys.readouterr().out.splitlines()
    assert error.startswith("RSH001: the state fed to policy.lstm_actor for its only environment ")
    assert mended == "1"


def test_the_readme_of_the_runtime_leads_there() -> None:
    assert "(../docs/guard.md)" in (ROOT / "runtime/README.md").read_text(encoding="utf-8")
