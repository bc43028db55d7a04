"""The linter in process, over a program that is given as bytes: the one place in the tests that knows ``run``."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config
from lstm_lint.model import Applicability, Finding, Level
from lstm_lint.run import Request, run
from lstm_lint.selection import Choice, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lstm_lint.typestate import Trace


DEFAULT = Config()


@dataclass(frozen=True)
class Linted:
    """What the linter says of a program, and the program after ``--fix`` with default settings."""

    findings: tuple[Finding, ...]
    fixed: Mapping[str, bytes]
    refused: Mapping[str, str]
    problems: tuple[str, ...]
    read_in_part: int = 0
    trace: Trace | None = None

    @property
    def fixable(self) -> tuple[Finding, ...]:
        """The findings that ``--fix`` applies itself to."""
        return tuple(finding for finding in self.findings if _fixed_by_default(finding))


def lint(files: Mapping[str, bytes], config: Config = DEFAULT, unsafe: bool = False) -> Linted:
    """Check the program in a folder of its own, as ``lstm-lint --diff .`` there would; ``unsafe``: all fixes."""
    request = Request((".",), config, resolve(config, Choice(), catalogue()), diff=True, unsafe_fixes=unsafe)
    with _folder_of(files):
        result = run(request)
    return Linted(
        findings=result.outcome.findings,
        fixed={path: result.fixed.changed.get(path, data) for path, data in files.items()},
        refused=result.fixed.refused,
        problems=tuple(f"{problem.path}: {problem.message}" for problem in result.outcome.problems),
        read_in_part=result.outcome.read_in_part,
        trace=result.look.trace if result.look is not None else None,
    )


def _fixed_by_default(finding: Finding) -> bool:
    safe = finding.fix is not None and finding.fix.applicability is Applicability.SAFE
    return safe and finding.level >= Level.WARNING


@contextmanager
def _folder_of(files: Mapping[str, bytes]) -> Iterator[None]:
    """A temporary working directory that holds the files."""
    before = Path.cwd()
    # Below a folder of a name of its own: the linter takes no temporary directory itself for a project.
    with TemporaryDirectory(prefix="lstm-lint-") as folder:
        for path, data in files.items():
            place = Path(folder, "program", path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        os.chdir(Path(folder, "program"))
        try:
            yield
        finally:
            os.chdir(before)
