"""The outcome for people: each finding with its source line and what leads to it, and the ledger at the end."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint.model import Applicability, Finding, Level
from lstm_lint.outcome import Outcome, Replacements
from lstm_lint.report.paint import Paint
from lstm_lint.report.snippet import snippet

_STYLES = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "blue"}
_APPLICABILITY = {Applicability.SAFE: "green", Applicability.UNSAFE: "yellow", Applicability.DISPLAY: "dim"}
# A note that asks the reader for something: it is of no use unless it is seen.
_ALWAYS = frozenset({"RSH012"})


def render(outcome: Outcome, show: Level = Level.WARNING, colour: bool = False) -> str:
    """All findings at ``show`` and above (and RSH012), a count, and the ledger."""
    paint = Paint(colour)
    shown = [finding for finding in outcome.findings if finding.level >= show or finding.code in _ALWAYS]
    blocks = ["\n".join(_block(finding, outcome, paint)) + "\n" for finding in shown]
    tail = [count_line(shown), ledger_line(outcome.replacements, show), work_line(outcome.read_in_part)]
    return "".join(f"{block}\n" for block in blocks) + "".join(f"{line}\n" for line in tail if line)


def _block(finding: Finding, outcome: Outcome, paint: Paint) -> Iterator[str]:
    span = finding.span
    style = _STYLES[finding.level]
    place = paint(f"{finding.path}:{span.line}:{span.column}:", "bold")
    head = paint(f"{finding.level.label} {finding.code}", style)
    yield f"{place} {head} {paint(f'[{finding.name}]', 'dim')} {finding.message}"
    gutter = " " * len(str(span.line))
    source = outcome.lines.get((finding.path, span.line))
    if source is not None and source.strip():
        text, under = snippet(source, span)
        bar = paint("|", "cyan")
        yield f"{gutter} {bar}"
        yield f"{paint(str(span.line), 'cyan')} {bar} {text}"
        yield f"{gutter} {bar} {paint(under, style)}"
    for each in finding.because:
        where = paint(f"{each.path}:{each.line}:{each.column}:", "bold")
        yield f"{gutter} {paint('=', 'cyan')} because {where} {each.message}"
    if finding.fix is not None:
        kind = finding.fix.applicability
        label = paint(f"[{kind.value}]", _APPLICABILITY[kind])
        yield f"{gutter} {paint('=', 'cyan')} fix {label} {finding.fix.title}"


def count_line(findings: list[Finding]) -> str:
    """How many findings there are, by level, and how many of them have a fix; empty for none."""
    if not findings:
        return ""
    counts = [(level, sum(finding.level is level for finding in findings)) for level in sorted(Level, reverse=True)]
    parts = [f"{count} {level.label}{'s' * (count != 1)}" for level, count in counts if count]
    line = f"Found {', '.join(parts)}."
    fixes = [finding.fix.applicability for finding in findings if finding.fix and finding.level >= Level.WARNING]
    safe, unsafe = fixes.count(Applicability.SAFE), fixes.count(Applicability.UNSAFE)
    if safe and unsafe:
        line += f" {safe} fixable with --fix, {unsafe} more with --fix --unsafe-fixes."
    elif safe:
        line += f" {safe} fixable with --fix."
    elif unsafe:
        line += f" {unsafe} fixable with --fix --unsafe-fixes."
    return line


def ledger_line(ledger: Replacements, show: Level = Level.WARNING) -> str:
    """What became of the weight replacements that were seen, so that an empty report means something."""
    total = ledger.stale + ledger.reset + ledger.harmless
    parts = [f"{count} {name}" for name, count in (("stale", ledger.stale), ("reset", ledger.reset)) if count]
    if ledger.harmless:
        hint = "" if show is Level.NOTE else " (--show note)"
        parts.append(f"{ledger.harmless} harmless{hint}")
    line = f"{total} weight replacement{'s' * (total != 1)} on recurrent policies"
    if parts:
        line += f": {', '.join(parts)}"
    if ledger.unknown:
        line += f"; {ledger.unknown} on {'receivers' if ledger.unknown != 1 else 'a receiver'} of unknown type"
    return line


def work_line(functions: int) -> str:
    """That some functions were not read to their end, so that silence about them is not taken for a verdict."""
    if not functions:
        return ""
    were = "functions were" if functions != 1 else "function was"
    return f"{functions} {were} too much work to read to the end: a stale state may go unseen there (--why tells where)"
