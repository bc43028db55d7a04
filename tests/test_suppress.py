"""Ignore comments: which findings they silence, and what is said of those that silence none."""

from __future__ import annotations

import pytest

from lstm_lint.lower import lower
from lstm_lint.model import Finding, Level, Span
from lstm_lint.source import Source
from lstm_lint.suppress import Suppressed, suppress

CODES = frozenset({"RSH001", "RSH002", "RSH003", "RSH011", "RSH900", "RSH901", "RSH902"})


def run(text: str, *places: tuple[str, int] | tuple[str, int, int]) -> Suppressed:
    """Suppress findings of (code, line) or (code, first line, last line) in a module."""
    facts = lower(Source.from_bytes("m.py", text.encode()))
    findings = []
    for code, line, *rest in places:
        span = Span(line, 1, rest[0] if rest else line, 99)
        findings.append(Finding(code, "name", Level.ERROR, "m.py", Span(line, 1, line, 5), "said", covers=span))
    return suppress("m.py", findings, facts, CODES)


def left(result: Suppressed) -> list[tuple[str, int]]:
    return [(finding.code, finding.span.line) for finding in (*result.kept, *result.about)]


@pytest.mark.parametrize(
    "comment",
    [
        "# lstm-lint: ignore[RSH001]",
        "#lstm-lint:ignore[RSH001]",
        "# lstm-lint: ignore",
        "# type: ignore  # lstm-lint: ignore[RSH001]",
        "# noqa: RSH001",
        "# noqa:E501,RSH001",
        "# NOQA: rsh001",
        "# LSTM-Lint: Ignore[RSH001]",
        "# noqa",
        "# because the env restarts here  # noqa: RSH001",
    ],
)
def test_a_comment_on_the_line_silences(comment: str) -> None:
    assert left(run(f"x = 1\nload(a)  {comment}\n", ("RSH001", 2))) == []
    assert left(run(f"load(a)\nx = 1  {comment}\n", ("RSH001", 1)))[0] == ("RSH001", 1)


@pytest.mark.parametrize(
    "comment", ["# noqa: E501", "# noqa: RSH0011", "# nosec", "# lstm-lint", "# ignore[RSH001]", "# noqa: see above"]
)
def test_other_comments_do_not(comment: str) -> None:
    assert left(run(f"load(a)  {comment}\n", ("RSH001", 1))) == [("RSH001", 1)]


def test_one_comment_covers_a_replacement_whichever_of_its_two_codes_it_has() -> None:
    assert left(run("load(a)  # lstm-lint: ignore[RSH001]\n", ("RSH002", 1))) == []
    assert left(run("load(a)  # lstm-lint: ignore[RSH002]\n", ("RSH001", 1))) == []
    assert left(run("load(a)  # noqa: RSH002\n", ("RSH001", 1))) == []


def test_only_the_codes_that_it_names() -> None:
    result = run("load(a)  # lstm-lint: ignore[RSH003]\n", ("RSH001", 1), ("RSH003", 1))
    assert left(result) == [("RSH001", 1)]
    assert result.silenced == 1


def test_any_line_of_the_header_will_do() -> None:
    text = "load(\n    a,\n    b,  # lstm-lint: ignore[RSH001]\n)\n"
    assert left(run(text, ("RSH001", 1, 4))) == []


def test_a_comment_alone_covers_the_statement_below_it_only() -> None:
    text = "# lstm-lint: ignore[RSH001]\nload(a)\nload(b)\n"
    assert left(run(text, ("RSH001", 2), ("RSH001", 3))) == [("RSH001", 3)]
    assert left(run(f"x = 1\n# lstm-lint: ignore[RSH001]\n# the env restarts\n{text[28:]}", ("RSH001", 4))) == []
    apart = run("x = 1\n# lstm-lint: ignore[RSH001]\n\nload(a)\n", ("RSH001", 4))
    assert left(apart) == [("RSH001", 4), ("RSH901", 2)]


def test_noqa_alone_above_covers_nothing() -> None:
    assert left(run("x = 1\n# noqa: RSH001\nload(a)\n", ("RSH001", 3))) == [("RSH001", 3)]


def test_ignore_file_at_the_top() -> None:
    text = '#!/usr/bin/env python\n# lstm-lint: ignore-file\n"""Doc."""\nload(a)\nload(b)\n'
    assert left(run(text, ("RSH001", 4), ("RSH003", 5))) == []
    assert left(run(text.replace("ignore-file", "ignore-file[RSH003]"), ("RSH001", 4), ("RSH003", 5))) == [
        ("RSH001", 4)
    ]
    assert left(run('"""Doc."""\n# lstm-lint: ignore-file\nload(a)\n', ("RSH001", 3))) == []


def test_ignore_file_further_down_is_refused() -> None:
    result = run("x = 1\n# lstm-lint: ignore-file\nload(a)\n", ("RSH001", 3))
    assert left(result) == [("RSH001", 3), ("RSH902", 2)]
    assert "top of the file" in result.about[0].message


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[RSH001]", "silences no RSH001"),
        ("ignore[RSH001, RSH003]", "silences no RSH001 and no RSH003"),
        ("ignore", "silences nothing"),
        ("ignore[]", "names no code"),
        ("ignore-file", "silences nothing"),
    ],
)
def test_an_unused_comment_is_reported(comment: str, message: str) -> None:
    result = run(f"# lstm-lint: {comment}\nx = 1\n")
    assert left(result) == [("RSH901", 1)]
    assert message in result.about[0].message


def test_a_code_of_several_that_silences_nothing_is_reported() -> None:
    result = run("load(a)  # lstm-lint: ignore[RSH001, RSH011]\n", ("RSH001", 1))
    assert left(result) == [("RSH901", 1)]
    assert "no RSH011" in result.about[0].message
    assert "RSH001" not in result.about[0].message
    assert result.about[0].span == Span(1, 10, 1, 45)


def test_unused_noqa_is_none_of_our_business() -> None:
    assert left(run("x = 1  # noqa: RSH001\ny = 2  # noqa\n")) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[RSH01]", 'unknown rule code "RSH01"; did you mean "RSH011"?'),
        ("ignore[rsh001]", 'unknown rule code "rsh001"; did you mean "RSH001"?'),
        ("ignroe[RSH001]", 'no such instruction "ignroe"; did you mean "ignore"?'),
        ("disable=RSH001", 'no such instruction "disable"'),
        ("ignore[RSH001", "no closing bracket"),
    ],
)
def test_a_comment_that_means_nothing_is_reported(comment: str, message: str) -> None:
    result = run(f"load(a)  # lstm-lint: {comment}\n", ("RSH001", 1))
    assert left(result) == [("RSH001", 1), ("RSH902", 1)]
    assert message in result.about[0].message


def test_a_string_is_no_comment() -> None:
    assert left(run("load('# lstm-lint: ignore')\n", ("RSH001", 1))) == [("RSH001", 1)]
