"""The pipeline: paths in, an outcome out. The architecture of the linter as one function."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from lstm_lint.checking import Checker, Look
from lstm_lint.config import Config
from lstm_lint.files import Problem, find_files, shown_path
from lstm_lint.fix import Fixed, fix_all, unified_diff, write_file
from lstm_lint.model import Applicability, Edit, Finding, Level
from lstm_lint.outcome import Outcome
from lstm_lint.reading import Progress, large_input, read_files
from lstm_lint.selection import Selection
from lstm_lint.vocabulary import load_vocabulary


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; ``stdin`` is a source and the path it is said to have."""

    paths: tuple[str, ...]
    config: Config
    selection: Selection
    stdin: tuple[str, bytes] | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    prefilter: bool = True
    force_exclude: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, with what fixing did: the patches and the files it changed (or would change)."""

    outcome: Outcome
    fixed: Fixed
    patches: tuple[bytes, ...] = ()
    look: Look | None = None
    roots: tuple[str, ...] = ()
    """The folders whose files were there to be looked at beside those that are reported."""


def run(request: Request, progress: Progress | None = None) -> Result:
    """Check what the request names and, if it says so, fix it."""
    with large_input():
        return _run(request, progress)


def _run(request: Request, progress: Progress | None) -> Result:
    stdin = request.stdin
    files = find_files(request.paths, request.config, stdin and stdin[0], request.force_exclude)
    contents, unread = read_files(
        (file for file in files.reported if stdin is None or file.shown != shown_path(stdin[0])), quiet=files.indexed
    )
    if stdin is not None:
        contents[os.path.abspath(stdin[0])] = stdin[1]
    settings = request.config.settings
    vocabulary = load_vocabulary(settings.vocabulary, settings.reset_call)
    checker = Checker(files, contents, vocabulary, request.config, request.selection, progress, request.prefilter)
    look = checker.look()
    problems = [*files.problems, *unread]
    fixed = Fixed()
    patches: list[bytes] = []
    if request.fix or request.diff:
        fixed = fix_all(
            checker.contents,
            look.findings,
            lambda changed: checker.look(changed).checked,
            partial(_allowed, selection=request.selection, unsafe=request.unsafe_fixes),
            _apply,
        )
        if request.diff:
            patches = [
                unified_diff(shown, checker.contents[shown], new) for shown, new in sorted(fixed.changed.items())
            ]
        elif stdin is None:
            problems += _write(checker, fixed)
        if fixed.changed and not request.diff:
            look = checker.look(fixed.changed)
    outcome = Outcome(
        findings=tuple(look.findings),
        problems=tuple(sorted({*problems, *look.problems}, key=lambda problem: (problem.path, problem.message))),
        replacements=look.replacements,
        files=len(files.reported),
        silenced=look.silenced,
        read_in_part=look.read_in_part,
        lines=_lines(look.findings, checker.contents | fixed.changed if not request.diff else checker.contents),
    )
    return Result(outcome, fixed, tuple(patches), look, tuple(files.roots))


def _allowed(finding: Finding, selection: Selection, unsafe: bool) -> bool:
    """Whether the fix of a finding may be applied: one that bites, or a note that was asked for by name."""
    if finding.fix is None or (finding.level < Level.WARNING and finding.code not in selection.named):
        return False
    return finding.fix.applicability is Applicability.SAFE or (
        unsafe and finding.fix.applicability is Applicability.UNSAFE
    )


def _apply(shown: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    from lstm_lint.source import Source

    return Source.from_bytes(shown, data).apply(edits)


def _write(checker: Checker, fixed: Fixed) -> list[Problem]:
    """Write the changed files; one that cannot be written counts as not changed."""
    problems = []
    for shown in sorted(fixed.changed):
        path = checker.files[shown].path
        if message := write_file(path, checker.contents[shown], fixed.changed[shown]):
            problems.append(Problem(shown, message))
            del fixed.changed[shown]
            fixed.applied.pop(shown, None)
            fixed.imports_runtime.discard(shown)
    return problems


def _lines(findings: Sequence[Finding], contents: dict[str, bytes]) -> dict[tuple[str, int], str]:
    """The source lines that the findings start on."""
    from lstm_lint.source import Source, SourceError

    lines: dict[tuple[str, int], str] = {}
    sources: dict[str, Source | None] = {}
    for finding in findings:
        if finding.path not in sources:
            try:
                sources[finding.path] = Source.from_bytes(finding.path, contents[finding.path])
            except SourceError:
                sources[finding.path] = None
        source = sources[finding.path]
        if source is not None:
            lines[finding.path, finding.span.line] = source.line(finding.span.line).rstrip("\r\n")
    return lines
