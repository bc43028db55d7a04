"""The outcome as JSON, version 1 of the contract; the same input gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from lstm_lint.model import Finding, Fix, Level
from lstm_lint.outcome import Outcome


def render(outcome: Outcome) -> str:
    """One JSON document."""
    document = {
        "version": 1,
        "findings": [_finding(finding) for finding in outcome.findings],
        "errors": [{"path": problem.path, "message": problem.message} for problem in outcome.problems],
        "summary": _summary(outcome),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level.label,
        "path": finding.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "because": [
            {"path": each.path, "line": each.line, "column": each.column, "message": each.message}
            for each in finding.because
        ],
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [
            {
                "start_line": edit.span.line,
                "start_column": edit.span.column,
                "end_line": edit.span.end_line,
                "end_column": edit.span.end_column,
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }


def _summary(outcome: Outcome) -> dict[str, Any]:
    ledger = outcome.replacements
    return {
        "files": outcome.files,
        "findings": {level.label: outcome.count(level) for level in sorted(Level, reverse=True)},
        "suppressed": outcome.silenced,
        "read_in_part": outcome.read_in_part,
        "replacements": {
            "stale": ledger.stale,
            "reset": ledger.reset,
            "harmless": ledger.harmless,
            "unknown_receiver": ledger.unknown,
        },
    }
