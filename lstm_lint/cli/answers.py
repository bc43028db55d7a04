"""What is asked rather than checked: ``--list-rules``, ``--explain`` and ``--why``."""

from __future__ import annotations

import os
import re

import click

from lstm_lint.catalogue import catalogue, page
from lstm_lint.cli.terminal import complain
from lstm_lint.config import ConfigError, nearest_code
from lstm_lint.files import shown_path
from lstm_lint.model import Finding
from lstm_lint.run import Request, Result, run

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


def why(request: Request, path: str, line: int | None) -> int:
    """Print what the analysis knows about the weight replacements on a line, or in the whole file; the exit code.

    A finding of another kind is told as the report has it. What was looked at is said on standard error.
    """
    result = run(request)
    trace = result.look.trace if result.look is not None else None
    if line is None:
        with open(path, "rb") as file:
            lines = range(1, file.read().count(b"\n") + 2)
    else:
        lines = range(line, line + 1)
    told: dict[str, str] = {}  # by place: several lines may belong to one statement, or lead to it
    for number in lines:
        for text in trace.why(shown_path(path), number) if trace else ():
            told.setdefault(text.partition(" ")[0], text)
    for each in result.outcome.findings:
        if each.path == shown_path(path) and each.span.line in lines:
            told.setdefault(f"{each.path}:{each.span.line}:{each.span.column}:", _finding(each))
    for text in told.values():
        click.echo(text)
    for problem in result.outcome.problems:
        complain(f"{problem.path}: {problem.message}")
    if not told:
        is_read = trace is not None and trace.layout.has(shown_path(path))
        why_not = "no weight replacement here" if is_read else "not analysed: no sign of a recurrent state in view"
        click.echo(f"{path}{f':{line}' if line is not None else ''}: {why_not}", err=True)
    click.echo(_looked_at(result), err=True)
    return 2 if result.outcome.problems else 0


def _finding(finding: Finding) -> str:
    """A finding with what leads to it, in the form of a verdict."""
    span = finding.span
    head = f"{finding.path}:{span.line}:{span.column}: {finding.level.label} {finding.code} {finding.message}"
    return "\n".join([head, *(f"  because    {e.path}:{e.line}:{e.column}: {e.message}" for e in finding.because)])


def _looked_at(result: Result) -> str:
    """Which files the answer is about: a check of others may know other callers."""
    count = result.outcome.files
    around = ", ".join(f"`{shown_path(root)}`" for root in result.roots)
    return f"Looked at {count} file{'s' * (count != 1)}, with what leads there and what they use below {around}."
