"""The outcome as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

from lstm_lint import __version__
from lstm_lint.catalogue import catalogue
from lstm_lint.model import Applicability, Finding, Level
from lstm_lint.outcome import Outcome


def render(outcome: Outcome) -> str:
    """One SARIF log with one run."""
    codes = sorted({finding.code for finding in outcome.findings})
    driver = {"name": "lstm-lint", "version": __version__, "rules": [_rule(code) for code in codes]}
    invocation: dict[str, Any] = {"executionSuccessful": not outcome.problems}
    if outcome.problems:
        invocation["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": problem.message},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(problem.path)}}}],
            }
            for problem in outcome.problems
        ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [invocation],
                # Our columns count code points, as SARIF's may when it is said.
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes) for finding in outcome.findings],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    entry = catalogue()[code]
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in entry.name.split("-")),
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": entry.explanation},
        "defaultConfiguration": {"level": entry.default_level.partition("/")[0]},
    }


def _result(finding: Finding, codes: list[str]) -> dict[str, Any]:
    span = finding.span
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _level(finding.level),
        "message": {"text": finding.message},
        "locations": [_location(finding.path, region)],
    }
    if finding.because:
        result["relatedLocations"] = [
            _location(each.path, {"startLine": each.line, "startColumn": each.column}, each.message)
            for each in finding.because
        ]
    if finding.fix is not None and finding.fix.applicability is not Applicability.DISPLAY and finding.fix.edits:
        result["fixes"] = [_fix(finding)]
    return result


def _fix(finding: Finding) -> dict[str, Any]:
    assert finding.fix is not None
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.span.line,
                "startColumn": edit.span.column,
                "endLine": edit.span.end_line,
                "endColumn": edit.span.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in finding.fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(finding.path)}, "replacements": replacements}
    return {"description": {"text": finding.fix.title}, "artifactChanges": [change]}


def _location(path: str, region: dict[str, int], message: str | None = None) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}
    if message is not None:
        location["message"] = {"text": message}
    return location


def _uri(path: str) -> str:
    prefix = "file://" if os.path.isabs(path) else ""
    return prefix + quote(os.fsencode(path.replace(os.sep, "/")))


def _level(level: Level) -> str:
    return {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}[level]
