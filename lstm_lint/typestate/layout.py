"""Statements by place: which one a site stands in, what encloses it, what follows it."""

from __future__ import annotations

from functools import cached_property

from lstm_lint.facts import Statement
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, Module, Project
from lstm_lint.source import Source
from lstm_lint.typestate.values import Site


class Layout:
    """The statement tables of a project."""

    def __init__(self, project: Project) -> None:
        self._modules = {module.path: module for module in project.modules}
        self._project = project
        self._sources: dict[str, Source] = {}

    @cached_property
    def _classes(self) -> dict[str, ClassInfo]:
        return {klass.id: klass for klass in self._project.classes.all}

    def klass(self, name: str) -> ClassInfo | None:
        """The class of that id."""
        return self._classes.get(name)

    def module(self, path: str) -> Module:
        """The module shown under a path."""
        return self._modules[path]

    def source(self, path: str) -> Source:
        """The source of a module."""
        if path not in self._sources:
            self._sources[path] = Source.from_bytes(path, self._modules[path].data)
        return self._sources[path]

    def statement(self, site: Site) -> tuple[int, Statement] | None:
        """The innermost statement whose own text (not that of its suites) holds the site."""
        return self.at(site.path, site.span)

    def at(self, path: str, span: Span) -> tuple[int, Statement] | None:
        """The innermost statement that holds a span."""
        module = self._modules.get(path)
        best: tuple[int, Statement] | None = None
        for index, statement in enumerate(module.facts.statements if module else ()):
            if _holds(statement.span, span) and (best is None or _holds(best[1].span, statement.span)):
                best = (index, statement)
        return best

    def children(self, path: str, parent: int) -> list[tuple[int, Statement]]:
        """The statements directly inside a compound one, or at the top of the module, in order."""
        table = self._modules[path].facts.statements
        return [(index, statement) for index, statement in enumerate(table) if statement.parent == parent]

    def inside(self, path: str, inner: int, outer: int) -> bool:
        """Whether a statement stands inside another one."""
        table = self._modules[path].facts.statements
        while inner != -1:
            if inner == outer:
                return True
            inner = table[inner].parent
        return False


def _holds(outer: Span, inner: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )
