"""The text report, to the character."""

from __future__ import annotations

import re

import pytest

from lstm_lint.model import Applicability, Because, Finding, Fix, Level, Span
from lstm_lint.outcome import Outcome, Replacements
from lstm_lint.report import statistics, text
from lstm_lint.report.snippet import snippet

FINDING = Finding(
    "RSH001",
    "stale-state-after-load",
    Level.ERROR,
    "train.py",
    Span(12, 5, 12, 16),
    "the carried state meets new weights",
    (Because("train.py", 14, 5, "the next `learn` feeds it"), Because("swap.py", 3, 1, "loaded here")),
    Fix("reset after line 12", Applicability.SAFE, ()),
)
UNKNOWN = Finding("RSH012", "unknown-receiver", Level.NOTE, "train.py", Span(20, 1, 20, 5), "cannot tell")
HARMLESS = Finding("RSH011", "load-without-reset", Level.NOTE, "train.py", Span(30, 1, 30, 5), "fresh")


def test_a_finding_as_the_terminal_shows_it() -> None:
    outcome = Outcome((FINDING,), replacements=Replacements(stale=1), lines={("train.py", 12): "    model.load(new)"})
    assert text.render(outcome) == (
        "train.py:12:5: error RSH001 [stale-state-after-load] the carried state meets new weights\n"
        "   |\n"
        "12 |     model.load(new)\n"
        "   |     ^^^^^^^^^^^\n"
        "   = because train.py:14:5: the next `learn` feeds it\n"
        "   = because swap.py:3:1: loaded here\n"
        "   = fix [safe] reset after line 12\n"
        "\n"
        "Found 1 error. 1 fixable with --fix.\n"
        "1 weight replacement on recurrent policies: 1 stale\n"
    )


def test_an_empty_report_is_the_ledger() -> None:
    assert text.render(Outcome()) == "0 weight replacements on recurrent policies\n"


@pytest.mark.parametrize(
    ("ledger", "line"),
    [
        (
            Replacements(2, 9, 3, 5),
            "14 weight replacements on recurrent policies: 2 stale, 9 reset, 3 harmless (--show note); "
            "5 on receivers of unknown type",
        ),
        (Replacements(1, 0, 0, 0), "1 weight replacement on recurrent policies: 1 stale"),
        (
            Replacements(0, 2, 0, 1),
            "2 weight replacements on recurrent policies: 2 reset; 1 on a receiver of unknown type",
        ),
        (Replacements(0, 0, 0, 2), "0 weight replacements on recurrent policies; 2 on receivers of unknown type"),
    ],
)
def test_the_ledger(ledger: Replacements, line: str) -> None:
    assert text.ledger_line(ledger) == line


def test_the_ledger_gives_no_hint_that_was_followed() -> None:
    assert text.ledger_line(Replacements(0, 0, 3, 0), Level.NOTE).endswith(": 3 harmless")


def test_show_hides_lower_levels_but_never_an_unknown_receiver() -> None:
    outcome = Outcome((FINDING, UNKNOWN, HARMLESS))

    def codes(show: Level) -> list[str]:
        return re.findall(r"^\S+ \w+ (RSH\d+)", text.render(outcome, show), re.MULTILINE)

    assert codes(Level.NOTE) == ["RSH001", "RSH012", "RSH011"]
    assert codes(Level.WARNING) == ["RSH001", "RSH012"]
    assert codes(Level.ERROR) == ["RSH001", "RSH012"]


def test_the_count_says_what_can_be_fixed() -> None:
    unsafe = Finding("RSH002", "n", Level.WARNING, "a", Span(1, 1, 1, 1), "m", fix=Fix("t", Applicability.UNSAFE, ()))
    assert text.count_line([FINDING, unsafe, UNKNOWN]) == (
        "Found 1 error, 1 warning, 1 note. 1 fixable with --fix, 1 more with --fix --unsafe-fixes."
    )
    assert text.count_line([unsafe, unsafe]) == "Found 2 warnings. 2 fixable with --fix --unsafe-fixes."
    assert text.count_line([UNKNOWN]) == "Found 1 note."


def test_colour_changes_nothing_but_the_colour() -> None:
    outcome = Outcome((FINDING, UNKNOWN), lines={("train.py", 12): "    model.load(new)"})
    painted = text.render(outcome, colour=True)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == text.render(outcome)
    assert "\x1b" not in text.render(outcome)


@pytest.mark.parametrize(
    ("line", "span", "shown", "under"),
    [
        ("abc", Span(1, 2, 1, 3), "abc", " ^"),
        ("\tx = 1", Span(1, 2, 1, 7), "    x = 1", "    ^^^^^"),
        ("a\tb", Span(1, 3, 1, 4), "a   b", "    ^"),
        ("x = '漢字'; f()", Span(1, 11, 1, 14), "x = '漢字'; f()", "            ^^^"),
        ("x = '漢字'", Span(1, 5, 1, 9), "x = '漢字'", "    ^^^^^^"),
        ("e\u0301 = f()", Span(1, 6, 1, 9), "e\u0301 = f()", "    ^^^"),
        ("f(", Span(1, 1, 3, 2), "f(", "^^"),
        ("f(   ", Span(1, 1, 3, 2), "f(", "^^"),
        ("", Span(1, 1, 1, 1), "", "^"),
        ("ab", Span(1, 3, 1, 3), "ab", "  ^"),
        ("a\x1b[31mb", Span(1, 1, 1, 2), "a\ufffd[31mb", "^"),
        ("\x0cf()", Span(1, 2, 1, 5), "\ufffdf()", " ^^^"),
        ("a\u202eb", Span(1, 3, 1, 4), "a\ufffdb", "  ^"),
    ],
)
def test_the_caret_stands_under_what_it_means(line: str, span: Span, shown: str, under: str) -> None:
    assert snippet(line, span) == (shown, under)


def test_a_very_long_line_is_cut_around_the_finding() -> None:
    line = "x" * 1000 + "load(a)" + "y" * 1000
    shown, under = snippet(line, Span(1, 1001, 1, 1008))
    assert len(shown) <= 162
    assert len(under) <= len(shown)
    assert shown[under.index("^") :].startswith("load(a)")
    assert under.strip() == "^" * 7


def test_statistics_counts_by_code() -> None:
    outcome = Outcome((HARMLESS, FINDING, HARMLESS), replacements=Replacements(1, 0, 2, 0))
    assert statistics.render(outcome) == (
        "2  RSH011  [ ]  load-without-reset\n"
        "1  RSH001  [*]  stale-state-after-load\n"
        "3 weight replacements on recurrent policies: 1 stale, 2 harmless\n"
    )


def test_what_was_not_read_to_its_end_is_said() -> None:
    assert text.render(Outcome(read_in_part=1)).endswith(
        "\n1 function was too much work to read to the end: a stale state may go unseen there (--why tells where)\n"
    )
    assert "2 functions were too much work" in text.render(Outcome(read_in_part=2))
