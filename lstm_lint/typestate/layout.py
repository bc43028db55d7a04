"""Statements by place: which one a site stands in, what encloses it, what follows it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from lstm_lint.facts import Statement
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Module, Project
from lstm_lint.source import Source
from lstm_lint.typestate.paths import Site


class Layout:
    """The statement tables of a project."""

    def __init__(self, project: Project) -> None:
        self._modules = {module.path: module for module in project.modules}
        self._project = project
        self._sources: dict[str, Source] = {}
        self._tables: dict[str, _Table] = {}

    @cached_property
    def _classes(self) -> dict[str, ClassInfo]:
        return {klass.id: klass for klass in self._project.classes.all}

    def klass(self, name: str) -> ClassInfo | None:
        """The class of that id."""
        return self._classes.get(name)

    @cached_property
    def _functions(self) -> dict[str, FunctionInfo]:
        return {function.id: function for function in self._project.functions}

    def function(self, name: str) -> FunctionInfo | None:
        """The function of that id."""
        return self._functions.get(name)

    def module(self, path: str) -> Module:
        """The module shown under a path."""
        return self._modules[path]

    def has(self, path: str) -> bool:
        """Whether the file under a path was read: most have nothing to do with what is looked for."""
        return path in self._modules

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
        if path not in self._modules:
            return None
        table = self._table(path)
        index = bisect_right(table.starts, (span.line, span.column)) - 1
        while index >= 0 and not _holds(table.statements[index].span, span):
            index = table.statements[index].parent
        return (index, table.statements[index]) if index >= 0 else None

    def children(self, path: str, parent: int) -> list[tuple[int, Statement]]:
        """The statements directly inside a compound one, or at the top of the module, in order."""
        return self._table(path).children[parent]

    def inside(self, path: str, inner: int, outer: int) -> bool:
        """Whether a statement stands inside another one, or is it."""
        return outer <= inner <= self._table(path).last[outer]

    def under(self, path: str, outer: int) -> range:
        """A statement and all that stand inside it."""
        return range(outer, self._table(path).last[outer] + 1)

    def any_inside(self, path: str, inner: Iterable[int], outer: int) -> bool:
        """Whether one of several statements stands inside another one, or is it."""
        last = self._table(path).last[outer]
        return any(outer <= each <= last for each in inner)

    def _table(self, path: str) -> _Table:
        if path not in self._tables:
            self._tables[path] = _Table(self._modules[path].facts.statements)
        return self._tables[path]


class _Table:
    """The statements of a module, each before those of its suites, with what is asked of them all the time."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.starts = [(statement.span.line, statement.span.column) for statement in statements]
        self.children: dict[int, list[tuple[int, Statement]]] = defaultdict(list)
        self.last = list(range(len(statements)))
        """The last statement inside each one."""
        for index, statement in enumerate(statements):
            self.children[statement.parent].append((index, statement))
        for index in range(len(statements) - 1, -1, -1):
            parent = statements[index].parent
            if parent >= 0:
                self.last[parent] = max(self.last[parent], self.last[index])


def _holds(outer: Span, inner: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )
