"""docs/vocabulary.md: its example is run as it stands there, and its tables leave no key of the schema out."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from lstm_lint.vocabulary import ClassRow, FunctionRow, MethodRow, StateRow

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^<!-- file: (.*?) -->\n```\w+\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
CONSOLE = re.findall(r"^```console\n\$ lstm-lint (.*)\n((?:.*\n)*?)```$", PAGE, flags=re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example's files in a folder of their own."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def lstm_lint(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lstm_lint", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1)
    return done.stdout


def test_the_page_has_files_and_commands() -> None:
    assert FILES.keys() == {"train.py", "pyproject.toml"}
    assert len(CONSOLE) == 2


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_terminal_shows_what_the_page_shows(project: Path, command: str, output: str) -> None:
    assert lstm_lint(project, *command.split()).rstrip("\n") == output.rstrip("\n")


def test_without_the_rows_there_is_nothing_to_say(project: Path) -> None:
    (project / "pyproject.toml").write_text("", encoding="utf-8")
    assert "RSH" not in lstm_lint(project, "--show", "note", "train.py")


def test_the_fix_calls_the_reset_of_the_rows(project: Path) -> None:
    lstm_lint(project, "--fix", "train.py")
    assert '/{number}.pt")\n            agent.clear_memory()\n' in (project / "train.py").read_text(encoding="utf-8")
    assert "RSH001" not in lstm_lint(project, "train.py")


@pytest.mark.parametrize("row", [ClassRow, StateRow, MethodRow, FunctionRow])
def test_the_tables_name_every_key(row: type) -> None:
    assert [field.name for field in fields(row) if f"`{field.name}`" not in PAGE] == []
