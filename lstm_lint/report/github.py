"""The outcome as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from lstm_lint.model import Finding, Level
from lstm_lint.outcome import Outcome

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(outcome: Outcome) -> str:
    """One command a line."""
    lines = [_command(finding) for finding in outcome.findings]
    lines += [
        f"::error title=lstm-lint,file={_property(problem.path)}::{_data(f'{problem.path}: {problem.message}')}"
        for problem in outcome.problems
    ]
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding) -> str:
    span = finding.span
    place = f"file={_property(finding.path)},line={span.line},endLine={span.end_line}"
    if span.line == span.end_line:  # columns over several lines are refused
        place += f",col={span.column},endColumn={span.end_column}"
    where = f"{finding.path}:{span.line}:{span.column}: {finding.code} {finding.message}"
    because = [f"{each.path}:{each.line}:{each.column}: {each.message}" for each in finding.because]
    title = _property(f"{finding.code} {finding.name}")
    return f"::{_COMMANDS[finding.level]} title={title},{place}::{_data(chr(10).join([where, *because]))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
