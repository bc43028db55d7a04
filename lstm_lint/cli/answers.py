"""What is asked rather than checked: ``--list-rules``, ``--explain`` and ``--why``."""

from __future__ import annotations

import os
import re

import click

from lstm_lint.catalogue import catalogue, page
from lstm_lint.cli.terminal import complain
from lstm_lint.config import ConfigError, nearest_code
from lstm_lint.files import shown_path
from lstm_lint.run import Request, run

_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+)(?::\d+)?)?:?", re.DOTALL)


def list_rules() -> None:
    """Print a line for every code."""
    for entry in catalogue().values():
        click.echo(f"{entry.code}  {entry.default_level:<13}  {entry.name:<26}  {entry.summary}")


def explain(word: str) -> None:
    """Print the page of a code, or of the rule of that name; ConfigError when there is none."""
    asked = word.strip()
    by_name = {entry.name: entry for entry in catalogue().values()}
    entry = catalogue().get(asked.upper()) or by_name.get(asked.lower())
    if entry is None:
        raise ConfigError(f'--explain: unknown rule code "{word}"{nearest_code(asked, catalogue())}')
    click.echo(page(entry), nl=False)


def place_of(written: str) -> tuple[str, int | None]:
    """The path and line of ``PATH:LINE``, also with the column that reports write; ConfigError for no such file."""
    if os.path.isfile(written):
        return written, None
    found = _PLACE.fullmatch(written)
    if found is None or not os.path.isfile(found["path"]):
        raise ConfigError(f"--why: {written}: no such file; write PATH:LINE")
    return found["path"], int(found["line"]) if found["line"] else None


def why(request: Request, place: str, line: int | None) -> int:
    """Print what the analysis knows about the weight replacements on a line, or in the whole file; the exit code."""
    (path,) = request.paths
    result = run(request)
    trace = result.look and result.look.trace
    if line is None:
        with open(path, "rb") as file:
            lines = range(1, file.read().count(b"\n") + 2)
    else:
        lines = range(line, line + 1)
    told: dict[str, str] = {}  # by place: several lines may belong to one statement, or lead to it
    for number in lines:
        for text in trace.why(shown_path(path), number) if trace else ():
            told.setdefault(text.partition(" ")[0], text)
    for text in told.values():
        click.echo(text)
    for problem in result.outcome.problems:
        complain(f"{problem.path}: {problem.message}")
    if not told:
        why_not = "no weight replacement here" if trace else "not analysed: no sign of a recurrent state in view"
        click.echo(f"{place}: {why_not}", err=True)
    return 2 if result.outcome.problems else 0
