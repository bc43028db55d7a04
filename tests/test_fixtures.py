"""Every fixture program: what is found in it, what a fix makes of it, and that its bytes do not matter."""

from __future__ import annotations

import ast
import codecs
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from fixture_marks import FIXTURES, UNSAFE, Fixture, Mark, fixtures, marks
from linting import Linted, lint

if TYPE_CHECKING:
    from collections.abc import Callable

    from lstm_lint.model import Finding

ALL = fixtures()
SINGLE = [fixture for fixture in ALL if fixture.single]
HARMLESS = "RSH011"

Key = tuple[str, int, str]


@cache
def linted(fixture: Fixture) -> Linted:
    return lint(fixture.files())


def by_name(group: list[Fixture]) -> Callable[..., pytest.MarkDecorator]:
    return pytest.mark.parametrize("fixture", group, ids=lambda fixture: fixture.name)


def place(finding: Finding) -> Key:
    return finding.path, finding.span.line, finding.code


def surprises(expected: list[Mark], findings: tuple[Finding, ...]) -> list[str]:
    """In words, how findings differ from what the marks say."""
    wanted = {(mark.path, mark.line, mark.code): mark.level for mark in expected if not mark.miss}
    missed = {(mark.path, mark.line, mark.code) for mark in expected if mark.miss}
    minding = {mark.path for mark in expected if mark.code == HARMLESS}
    found = {place(each): each for each in findings if each.code != HARMLESS or each.path in minding}
    words = [f"{_shown(key)} was expected and is not found" for key in sorted(wanted.keys() - found.keys())]
    for key, finding in sorted(found.items()):
        if key in missed:
            words.append(f"{_shown(key)} is marked as a miss and is found now: expect it")
        elif key not in wanted:
            words.append(f"{_shown(key)} is not expected: [{finding.level.label}] {finding.message}")
        elif wanted[key] not in ("", finding.level.label):
            words.append(f"{_shown(key)} has the level {finding.level.label}, expected was {wanted[key]}")
    return words


def _shown(key: Key) -> str:
    return f"{key[0]}:{key[1]} {key[2]}"


def test_the_fixtures_are_there() -> None:
    silent = [fixture for fixture in ALL if not fixture.marks()]
    assert len(ALL) > 300
    assert len(silent) > 100
    codes = {mark.code for fixture in ALL for mark in fixture.marks()}
    assert codes >= {"RSH001", "RSH002", "RSH003", "RSH011", "RSH012"}
    assert sum(bool(fixture.fixed()) for fixture in ALL) > 30


def test_every_fixed_file_belongs_to_a_fixture() -> None:
    beside = [*FIXTURES.rglob("*.fixed.py"), *FIXTURES.rglob(f"*{UNSAFE}")]
    assert [path for path in beside if not path.with_name(f"{path.name.partition('.')[0]}.py").is_file()] == []


@by_name([fixture for fixture in SINGLE if fixture.place.parent.name.startswith("RSH")])
def test_a_fixture_named_for_a_rule_speaks_of_it(fixture: Fixture) -> None:
    assert fixture.place.parent.name in {mark.code for mark in fixture.marks()}


@by_name([fixture for fixture in SINGLE if fixture.place.parent.name == "silent"])
def test_a_silent_fixture_expects_nothing(fixture: Fixture) -> None:
    assert [mark for mark in fixture.marks() if not mark.miss] == []


@by_name(ALL)
def test_findings(fixture: Fixture) -> None:
    result = linted(fixture)
    assert result.problems == ()
    assert surprises(fixture.marks(), result.findings) == []
    told = Counter((each.path, each.span, each.code) for each in result.findings)
    assert [place for place, count in told.items() if count > 1] == [], "one defect is told more than once"


@by_name(ALL)
def test_fix(fixture: Fixture) -> None:
    before = linted(fixture)
    files = fixture.files()
    assert before.refused == {}
    for path, wanted in fixture.fixed().items():
        assert before.fixed[path].decode() == wanted.decode()
    asked = {finding.path for finding in before.fixable}
    assert {path for path in files if before.fixed[path] != files[path]} == asked
    for path in asked:
        ast.parse(before.fixed[path])
    if asked:
        after = lint(before.fixed)
        assert after.fixed == before.fixed, "a second fix changes something"
        unfixable = Counter((each.path, each.code) for each in before.findings if each not in before.fixable)
        left = Counter((each.path, each.code) for each in after.findings)
        assert left - unfixable == Counter(), "the fixed program is not clean of what was fixed"


@by_name([fixture for fixture in ALL if fixture.fixed(UNSAFE)])
def test_unsafe_fix(fixture: Fixture) -> None:
    files = fixture.files()
    before = lint(files, unsafe=True)
    assert before.refused == {}
    for path, wanted in fixture.fixed(UNSAFE).items():
        assert before.fixed[path].decode() == wanted.decode()
        assert wanted != files[path]
        ast.parse(before.fixed[path])
    after = lint(before.fixed, unsafe=True)
    assert after.fixed == before.fixed, "a second fix changes something"
    unfixable = Counter((each.path, each.code) for each in before.findings if not _has_edits(each))
    assert Counter((each.path, each.code) for each in after.findings if not _is_note(each)) - unfixable == Counter()


def _has_edits(finding: Finding) -> bool:
    return finding.fix is not None and bool(finding.fix.edits)


def _is_note(finding: Finding) -> bool:
    return finding.level.label == "note"


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _marked(data: bytes) -> bytes:
    return codecs.BOM_UTF8 + data


@by_name(SINGLE)
@pytest.mark.parametrize("variant", [_crlf, _marked], ids=["crlf", "bom"])
def test_newlines_and_byte_order_marks_change_nothing(fixture: Fixture, variant: Callable[[bytes], bytes]) -> None:
    plain = linted(fixture)
    result = lint({path: variant(data) for path, data in fixture.files().items()})
    assert [_said(each) for each in result.findings] == [_said(each) for each in plain.findings]
    assert result.fixed == {path: variant(data) for path, data in plain.fixed.items()}


def _said(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.level, finding.path, finding.span, finding.message, finding.because


def test_marks_are_read() -> None:
    text = "a()\nb()  # noqa  # expect: RSH001[error], RSH002\nc()  # miss: RSH001 too far away  # expect: RSH003\n"
    assert list(marks("x.py", text)) == [
        Mark("x.py", 2, "RSH001", "error"),
        Mark("x.py", 2, "RSH002"),
        Mark("x.py", 3, "RSH001", miss=True),
        Mark("x.py", 3, "RSH003"),
    ]


@pytest.mark.parametrize("comment", ["# expect: RSH1", "# expect: RSH001 [error]", "# expect:", "# miss: RSH001"])
def test_a_mark_that_says_nothing_is_an_error(comment: str) -> None:
    with pytest.raises(ValueError, match=r"x\.py:1"):
        list(marks("x.py", f"a()  {comment}\n"))


def test_surprises_are_told_apart() -> None:
    found = linted(next(fixture for fixture in ALL if fixture.name == "RSH001/flow_while_else.py")).findings
    (key,) = {place(each) for each in found}
    path, line, code = key
    assert surprises([Mark(path, line, code)], found) == []
    assert surprises([Mark(path, line, code, "note")], found) == [
        f"{path}:{line} {code} has the level error, expected was note"
    ]
    assert surprises([Mark(path, line, code, miss=True)], found)[0].endswith("is found now: expect it")
    assert "was expected and is not found" in surprises([Mark(path, line + 1, code)], found)[0]
    assert "is not expected" in surprises([], found)[0]
