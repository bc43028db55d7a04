"""How often each code was found."""

from __future__ import annotations

import json
from collections import Counter
from typing import NamedTuple

from lstm_lint.model import Applicability, Level
from lstm_lint.outcome import Outcome
from lstm_lint.report.text import ledger_line


def render(outcome: Outcome) -> str:
    """A table by code, most frequent first, and the ledger; ``[*]`` marks codes with findings that --fix mends."""
    rows = _rows(outcome)
    width = max((len(str(row.found)) for row in rows), default=0)
    lines = [f"{row.found:>{width}}  {row.code}  {'[*]' if row.fixable else '[ ]'}  {row.name}" for row in rows]
    return "".join(f"{line}\n" for line in [*lines, ledger_line(outcome.replacements, Level.NOTE)])


def render_json(outcome: Outcome) -> str:
    """The table as JSON, in the keys that ruff has for its own."""
    rows = [
        {
            "code": row.code,
            "name": row.name,
            "count": row.found,
            "fixable": row.fixable > 0,
            "fixable_count": row.fixable,
        }
        for row in _rows(outcome)
    ]
    return json.dumps(rows, indent=2) + "\n"


class _Row(NamedTuple):
    code: str
    name: str
    found: int
    fixable: int


def _rows(outcome: Outcome) -> list[_Row]:
    counts = Counter((finding.code, finding.name) for finding in outcome.findings)
    fixable = Counter(
        finding.code
        for finding in outcome.findings
        if finding.fix and finding.fix.applicability is Applicability.SAFE and finding.level >= Level.WARNING
    )
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return [_Row(code, name, count, fixable[code]) for (code, name), count in ordered]
