"""Bytes of all files -> findings: one look of the analysis, which fixing repeats."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config
from lstm_lint.files import File, Files, Problem, relative_to
from lstm_lint.fix import Checked
from lstm_lint.model import Finding
from lstm_lint.naming import module_names
from lstm_lint.outcome import Replacements
from lstm_lint.own import UNREADABLE
from lstm_lint.prefilter import relevant, stands_alone
from lstm_lint.reading import Progress, internal_problem, lower_files, objects
from lstm_lint.selection import Selection
from lstm_lint.vocabulary import Vocabulary

if TYPE_CHECKING:
    from lstm_lint.facts import ModuleFacts
    from lstm_lint.project import Module
    from lstm_lint.typestate import Trace

# Python's own parser reads about 10 MB a second: up to here every reported file is at least parsed by it, so that a
# broken one is known; past it only the files that can matter and those the user named are.
SYNTAX_BYTES = 8_000_000
_OWN_WORD = b"lstm-lint"
_CULPRITS = 10
# So many files that stand alone are worth a pool of processes.
_MANY = 16


@dataclass
class Look:
    """All that one look found."""

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    silenced: int = 0
    trace: Trace | None = None
    replacements: Replacements = field(default_factory=Replacements)
    read_in_part: int = 0

    def add(self, other: Look) -> None:
        """Take in what another look saw besides findings."""
        self.problems += other.problems
        self.replacements = self.replacements.plus(other.replacements)
        self.read_in_part += other.read_in_part

    @property
    def checked(self) -> Checked:
        """The part that fixing needs."""
        unreadable = frozenset(each.path for each in self.findings if each.code == UNREADABLE.code)
        return Checked(tuple(self.findings), unreadable)


class Checker:
    """The analysis over a fixed set of files; keeps the facts of those that did not change between looks."""

    def __init__(
        self,
        files: Files,
        contents: Mapping[str, bytes],
        vocabulary: Vocabulary,
        config: Config,
        selection: Selection,
        progress: Progress | None = None,
        prefilter: bool = True,
    ) -> None:
        self.vocabulary = vocabulary
        self.config = config
        self.selection = selection
        self.progress = progress
        self.reported = {file.shown: file for file in files.reported if file.path in contents}
        self.files = self.reported | {file.shown: file for file in files.indexed if file.path in contents}
        self.contents = {shown: contents[file.path] for shown, file in self.files.items()}
        self.roots = files.roots
        self.names = module_names([file.path for file in self.files.values()], files.roots)
        self.wanted = self._wanted(contents, prefilter)
        self._facts: dict[str, tuple[bytes, ModuleFacts | Finding | Problem]] = {}

    def look(self, changed: Mapping[str, bytes] | None = None) -> Look:
        """The findings with some files (by shown path) as they would be."""
        changed = changed or {}
        lowered = self._lowered({shown: changed.get(shown, self.contents[shown]) for shown in self.wanted})
        look = Look()
        facts: dict[str, ModuleFacts] = {}
        for shown, result in lowered.items():
            if not isinstance(result, (Finding, Problem)):
                facts[shown] = result
            elif shown in self.reported:
                (look.problems if isinstance(result, Problem) else look.findings).append(result)  # type: ignore[arg-type]
        found = self._traced(facts, look)
        self._sift(found, facts, look)
        look.findings.sort(key=lambda finding: finding.sort_key)
        return look

    def _wanted(self, contents: Mapping[str, bytes], prefilter: bool) -> list[str]:
        """The shown paths of the files to lower, sorted."""
        if not prefilter:
            return sorted(self.files)
        held = {file.path: contents[file.path] for file in self.files.values()}
        matter = relevant(held, self.vocabulary, self.roots)
        if matter.isdisjoint(file.path for file in self.reported.values()):
            matter = frozenset()
        small = sum(len(self.contents[shown]) for shown in self.reported) <= SYNTAX_BYTES
        wanted = {shown for shown, file in self.files.items() if file.path in matter}
        for shown, file in self.reported.items():
            data = self.contents[shown]
            if shown not in wanted and (
                _OWN_WORD in data or b"\0" in data or ((small or file.explicit) and objects(data))
            ):
                wanted.add(shown)
        return sorted(wanted)

    def _lowered(self, contents: Mapping[str, bytes]) -> dict[str, ModuleFacts | Finding | Problem]:
        stale = {
            shown: data for shown, data in contents.items() if shown not in self._facts or self._facts[shown][0] != data
        }
        if stale:
            for shown, result in lower_files(stale, progress=self.progress, meanwhile=_load_analysis).items():
                self._facts[shown] = (stale[shown], result)
        return {shown: self._facts[shown][1] for shown in contents}

    def _traced(self, facts: Mapping[str, ModuleFacts], look: Look) -> list[Finding]:
        """The raw findings of the project, and of each file that is read without the others."""
        if facts.keys().isdisjoint(self.reported):
            return []
        from lstm_lint.project import Module

        together: list[Module] = []
        alone: list[Module] = []
        for shown, fact in facts.items():
            path = self.files[shown].path
            module = Module(self.names[path], shown, fact, self._facts[shown][0])
            if not stands_alone(path, self.vocabulary):
                together.append(module)
            elif shown in self.reported:
                alone.append(module)
        found = self._traced_apart(alone, look)
        if any(module.path in self.reported for module in together):
            found += self._traced_together(together, look)
        return found

    def _traced_apart(self, modules: list[Module], look: Look) -> list[Finding]:
        """The raw findings of modules that are read without the others; many of them are spread over processes."""
        if len(modules) < _MANY:
            return [finding for module in modules for finding in self._traced_together([module], look, True)]
        from lstm_lint import forks, rules, typestate  # noqa: F401  # once, for every process

        def traced(number: int) -> tuple[list[Finding], Look]:
            own = Look()
            found = self._traced_together([modules[number]], own, True)
            own.trace = None  # it is large, and stays in its process
            return found, own

        found: list[Finding] = []
        for findings, own in forks.each(traced, len(modules)):
            found += findings
            look.add(own)
        return found

    def _traced_together(self, modules: list[Module], look: Look, library: bool = False) -> list[Finding]:
        """The raw findings of modules that see one another; one that makes the analysis fail becomes a problem."""
        cause: Exception = RuntimeError("the analysis fails on too many files")
        for _ in range(_CULPRITS):
            try:
                return self._analyse(modules, library, look)
            except Exception as error:
                culprit, cause = self._culprit(modules, library, error)
                modules.remove(culprit)
                look.problems.append(internal_problem(culprit.path, cause))
        # Finding each culprit takes several looks; with so many of them the fault is in no file.
        look.problems += [internal_problem(module.path, cause) for module in modules if module.path in self.reported]
        return []

    def _analyse(self, modules: Sequence[Module], library: bool, look: Look | None = None) -> list[Finding]:
        from lstm_lint.project import link
        from lstm_lint.rules import findings
        from lstm_lint.typestate import trace

        traced = trace(link(modules, self.vocabulary, self.config.settings, library=library), frozenset(self.reported))
        found = list(findings(traced))
        if look is not None:
            look.problems += [internal_problem(path, cause) for path, cause in dict(traced.failures).items()]
        if look is not None:
            look.trace = traced
            look.replacements = look.replacements.plus(Replacements(*traced.ledger()))
            look.read_in_part += len(traced.recorder.read_in_part)
        return found

    def _culprit(self, modules: Sequence[Module], library: bool, error: Exception) -> tuple[Module, Exception]:
        """The last module of the shortest beginning of the list that makes the analysis fail, and how it fails."""
        good, bad = 0, len(modules)
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                self._analyse(modules[:middle], library)
                good = middle
            except Exception as cause:
                bad, error = middle, cause
        return modules[bad - 1], error

    def _sift(self, found: Sequence[Finding], facts: Mapping[str, ModuleFacts], look: Look) -> None:
        """Suppression, selection and levels."""
        if not facts and not look.findings:
            return
        from lstm_lint.suppress import suppress

        by_path: dict[str, list[Finding]] = {shown: [] for shown in self.reported if shown in facts}
        for finding in found:
            by_path.setdefault(finding.path, []).append(finding)
        kept = look.findings
        look.findings = []
        codes = frozenset(catalogue())
        for shown, findings in by_path.items():
            result = suppress(shown, findings, facts[shown], codes)
            kept += [*result.kept, *result.about]
            look.silenced += result.silenced
        folder = str(self.config.folder) if self.config.folder else os.getcwd()
        for finding in kept:
            if self.selection.keeps(finding, relative_to(self._file(finding.path).path, folder)):
                look.findings.append(self.selection.levelled(finding))

    def _file(self, shown: str) -> File:
        return self.files[shown]


def _load_analysis() -> None:
    """Import what judges the facts, which takes as long as it takes to parse some of the files."""
    from lstm_lint import rules, typestate  # noqa: F401
