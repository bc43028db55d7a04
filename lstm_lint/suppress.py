"""Which findings stay: ``# lstm-lint: ignore[...]``, ``ignore-file`` and ``# noqa`` comments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from lstm_lint.config import nearest, nearest_code
from lstm_lint.facts import Comment, Constant, Evaluate, ModuleFacts
from lstm_lint.flow import Sequence as Flow
from lstm_lint.flow import Step
from lstm_lint.model import Finding
from lstm_lint.own import UNKNOWN_CODE, UNUSED_IGNORE

_PRAGMA = re.compile(r"#\s*lstm-lint\s*:\s*(?P<word>[\w-]*)\s*(?:\[(?P<codes>[^\]]*)(?P<end>\])?)?", re.IGNORECASE)
_NOQA = re.compile(
    r"#\s*noqa\b(?P<colon>\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:(?:\s*,\s*|\s+)[A-Z]+[0-9]+)*)?)?", re.IGNORECASE
)
# One weight replacement is RSH001 with a caller in view and RSH002 without: a comment on it means both.
_TWINS = {"RSH001": "RSH002", "RSH002": "RSH001"}


@dataclass(eq=False, slots=True)
class Pragma:
    """One ignore comment; ``codes`` is None when it means all, ``used`` gathers what it silenced."""

    comment: Comment
    column: int
    codes: tuple[str, ...] | None
    whole_file: bool = False
    ours: bool = True
    used: set[str] = field(default_factory=set)

    def covers(self, code: str) -> bool:
        """Whether the comment names a code; remembers that it was of use."""
        names = (code, _TWINS.get(code, code))
        if self.codes is None:
            self.used.add(code)
            return True
        hits = {name for name in names if name in self.codes}
        self.used |= hits
        return bool(hits)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The findings that stay, and what the comments themselves deserve (RSH901, RSH902)."""

    kept: tuple[Finding, ...]
    about: tuple[Finding, ...]
    silenced: int


def suppress(path: str, findings: Sequence[Finding], facts: ModuleFacts, codes: Collection[str]) -> Suppressed:
    """The findings of one file that no comment silences; ``codes`` are all codes there are."""
    about: list[Finding] = []
    pragmas = list(_pragmas(path, facts, codes, about))
    by_line: dict[int, list[Pragma]] = {}
    for pragma in pragmas:
        by_line.setdefault(pragma.comment.line, []).append(pragma)
    alone = {comment.line for comment in facts.comments if comment.alone}
    kept = []
    for finding in findings:
        # All that could cover it are asked, so that each of two doubled comments counts as used.
        asked = [pragma for pragma in pragmas if pragma.whole_file]
        asked += [pragma for line in _lines(finding) for pragma in by_line.get(line, ()) if not pragma.whole_file]
        asked += _above(finding, by_line, alone)
        if True not in [pragma.covers(finding.code) for pragma in asked]:
            kept.append(finding)
    about += [unused for pragma in pragmas for unused in _unused(path, pragma)]
    return Suppressed(tuple(kept), tuple(about), len(findings) - len(kept))


def _lines(finding: Finding) -> range:
    """The lines of the header of the statement that a finding is about."""
    span = finding.covers or finding.span
    last = span.end_line - 1 if span.end_column <= 1 and span.end_line > span.line else span.end_line
    return range(span.line, last + 1)


def _above(finding: Finding, by_line: dict[int, list[Pragma]], alone: set[int]) -> Iterator[Pragma]:
    """Our comments in the block of comments right above the statement."""
    line = (finding.covers or finding.span).line - 1
    while line in alone:
        yield from (pragma for pragma in by_line.get(line, ()) if pragma.ours and not pragma.whole_file)
        line -= 1


def _pragmas(path: str, facts: ModuleFacts, codes: Collection[str], about: list[Finding]) -> Iterator[Pragma]:
    """The comments of a file that silence something; those that cannot go to ``about``."""
    top = _first_code_line(facts)
    for comment in facts.comments:
        for found in _PRAGMA.finditer(comment.text):
            column = comment.column + found.start()

            def wrong(message: str, column: int = column, line: int = comment.line, width: int = len(found[0])) -> None:
                about.append(UNKNOWN_CODE.at(path, line, column, message, column + width))

            word, listed = found["word"].lower(), found["codes"]
            if word not in ("ignore", "ignore-file"):
                wrong(f'no such instruction "{word}"{nearest(word, ("ignore", "ignore-file")) or "; write ignore"}')
            elif listed is not None and not found["end"]:
                wrong("the list of codes has no closing bracket")
            elif word == "ignore-file" and comment.line >= top:
                wrong("ignore-file has an effect only at the top of the file, before the first statement")
            else:
                named = None if listed is None else tuple(filter(None, (code.strip() for code in listed.split(","))))
                for code in named or ():
                    if code not in codes:
                        wrong(f'unknown rule code "{code}"{nearest_code(code, codes)}')
                known = None if named is None else tuple(code for code in named if code in codes)
                if known is None or known or not named:
                    yield Pragma(comment, column, known, whole_file=word == "ignore-file")
        if (noqa := _NOQA.search(comment.text)) and (noqa["codes"] or not noqa["colon"]):
            listed = re.split(r"[\s,]+", noqa["codes"].upper()) if noqa["codes"] else None
            yield Pragma(comment, comment.column + noqa.start(), tuple(listed) if listed else None, ours=False)


def _unused(path: str, pragma: Pragma) -> Iterator[Finding]:
    if not pragma.ours:
        return
    if pragma.codes is None:
        idle, what = not pragma.used, "this ignore comment silences nothing"
    else:
        codes = [code for code in pragma.codes if code not in pragma.used]
        idle = bool(codes) or not pragma.codes
        what = (
            f"this ignore comment silences no {' and no '.join(codes)}"
            if codes
            else "this ignore comment names no code"
        )
    if idle:
        end = pragma.comment.column + len(pragma.comment.text)
        yield UNUSED_IGNORE.at(path, pragma.comment.line, pragma.column, f"{what}; remove it", end)


def _first_code_line(facts: ModuleFacts) -> int:
    """The line of the first statement that is no docstring; past the end when there is none."""
    tops = sorted(statement.span.line for statement in facts.statements if statement.parent == -1)
    if tops and _has_docstring(facts):
        tops = tops[1:]
    return tops[0] if tops else 1 << 60


def _has_docstring(facts: ModuleFacts) -> bool:
    first = facts.body
    while isinstance(first, Flow) and first.shapes:
        first = first.shapes[0]
    action = first.action if isinstance(first, Step) else None
    return isinstance(action, Evaluate) and isinstance(action.value, Constant) and isinstance(action.value.value, str)
