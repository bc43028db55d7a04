"""The reports for machines: JSON as the contract has it, GitHub's commands, SARIF."""

from __future__ import annotations

import json

from lstm_lint.files import Problem
from lstm_lint.model import Applicability, Because, Edit, Finding, Fix, Level, Span
from lstm_lint.outcome import Outcome, Replacements
from lstm_lint.report import FORMATS, machine_report

FINDING = Finding(
    "RSH001",
    "stale-state-after-load",
    Level.ERROR,
    "a b/train,1:2.py",
    Span(3, 5, 3, 9),
    "100% stale\nsaid über",
    (Because("b.py", 7, 1, "used here"),),
    Fix("reset", Applicability.SAFE, (Edit(Span(4, 1, 4, 1), "    m.reset()\n"),), imports_runtime=True),
)
NOTE = Finding("RSH011", "load-without-reset", Level.NOTE, "z.py", Span(1, 1, 2, 4), "fresh")
OUTCOME = Outcome(
    (FINDING, NOTE),
    (Problem("gone.py", "no such file or folder"),),
    Replacements(1, 2, 3, 4),
    files=5,
    silenced=6,
    read_in_part=7,
)


def test_json_is_the_contract_key_by_key() -> None:
    assert json.loads(machine_report("json")(OUTCOME)) == {
        "version": 1,
        "findings": [
            {
                "code": "RSH001",
                "name": "stale-state-after-load",
                "level": "error",
                "path": "a b/train,1:2.py",
                "line": 3,
                "column": 5,
                "end_line": 3,
                "end_column": 9,
                "message": "100% stale\nsaid über",
                "because": [{"path": "b.py", "line": 7, "column": 1, "message": "used here"}],
                "fix": {
                    "title": "reset",
                    "applicability": "safe",
                    "edits": [
                        {
                            "start_line": 4,
                            "start_column": 1,
                            "end_line": 4,
                            "end_column": 1,
                            "text": "    m.reset()\n",
                        }
                    ],
                },
            },
            {
                "code": "RSH011",
                "name": "load-without-reset",
                "level": "note",
                "path": "z.py",
                "line": 1,
                "column": 1,
                "end_line": 2,
                "end_column": 4,
                "message": "fresh",
                "because": [],
                "fix": None,
            },
        ],
        "errors": [{"path": "gone.py", "message": "no such file or folder"}],
        "summary": {
            "files": 5,
            "findings": {"error": 1, "warning": 0, "note": 1},
            "suppressed": 6,
            "read_in_part": 7,
            "replacements": {"stale": 1, "reset": 2, "harmless": 3, "unknown_receiver": 4},
        },
    }


def test_json_keys_are_in_the_order_of_the_contract() -> None:
    document = json.loads(machine_report("json")(OUTCOME))
    assert list(document) == ["version", "findings", "errors", "summary"]
    order = ["code", "name", "level", "path", "line", "column", "end_line", "end_column", "message", "because", "fix"]
    assert list(document["findings"][0]) == order


def test_github_escapes_what_would_end_a_command() -> None:
    first, second, third = machine_report("github")(OUTCOME).splitlines()
    assert first == (
        "::error title=RSH001 stale-state-after-load,file=a b/train%2C1%3A2.py,line=3,endLine=3,col=5,endColumn=9"
        "::a b/train,1:2.py:3:5: RSH001 100%25 stale%0Asaid über%0Ab.py:7:1: used here"
    )
    assert second == ("::notice title=RSH011 load-without-reset,file=z.py,line=1,endLine=2::z.py:1:1: RSH011 fresh")
    assert third == "::error title=lstm-lint,file=gone.py::gone.py: no such file or folder"


def test_sarif_has_what_code_scanning_needs() -> None:
    log = json.loads(machine_report("sarif")(OUTCOME))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["RSH001", "RSH011"]
    assert all(rule["defaultConfiguration"]["level"] in {"error", "warning", "note"} for rule in rules)
    error, note = run["results"]
    assert (error["ruleIndex"], note["ruleIndex"]) == (0, 1)
    assert (error["level"], note["level"]) == ("error", "note")
    place = error["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/train%2C1%3A2.py"
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert error["relatedLocations"][0]["message"]["text"] == "used here"
    (change,) = error["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == "    m.reset()\n"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "no such file or folder"


def test_every_format_renders_nothing_without_complaint() -> None:
    for name in FORMATS[1:]:
        assert isinstance(machine_report(name)(Outcome()), str)
