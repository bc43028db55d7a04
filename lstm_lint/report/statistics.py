"""How often each code was found."""

from __future__ import annotations

from collections import Counter

from lstm_lint.model import Applicability, Level
from lstm_lint.outcome import Outcome
from lstm_lint.report.text import ledger_line


def render(outcome: Outcome) -> str:
    """A table by code, most frequent first, and the ledger; ``[*]`` marks codes with findings that --fix mends."""
    counts = Counter((finding.code, finding.name) for finding in outcome.findings)
    fixable = {
        finding.code
        for finding in outcome.findings
        if finding.fix and finding.fix.applicability is Applicability.SAFE and finding.level >= Level.WARNING
    }
    width = max((len(str(count)) for count in counts.values()), default=0)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    lines = [f"{count:>{width}}  {code}  {'[*]' if code in fixable else '[ ]'}  {name}" for (code, name), count in rows]
    return "".join(f"{line}\n" for line in [*lines, ledger_line(outcome.replacements, Level.NOTE)])
