"""Syncs of a library in the library's own source, or in a copy of it: what the rows say of its classes holds there too.

Whether a network is recurrent is decided by who uses the library. Scripts beside it, its examples, are told of a sync
only where something recurrent is in view.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.kept import Kept
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.vocabulary import ClassRow, MethodRow

if TYPE_CHECKING:
    from lstm_lint.project import Project

_ACTOR = re.compile(
    r"^(?!.*_to_)(\w*_)?(module|policy|policies|model|net|network|actor|agent)s?(_map|_critic|_w_state_dict)?$"
)
INTO = frozenset({"set_state", "set_weights", "load_state_dict", "update_", "copy_"})


class _Said(NamedTuple):
    """A method of a class in view as the rows have it."""

    klass: ClassInfo
    row: ClassRow
    method: MethodRow


class Sourced:
    """The classes of a project that rows speak of, since the library is part of it."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def _rows(self) -> dict[tuple[str, str], ClassRow]:
        """The rows of libraries whose source is in view, by package and class name."""
        tops = {module.name.partition(".")[0] for module in self._project.modules}
        rows = self._project.vocabulary.classes.items()
        split = ((name.partition(".")[0], name.rpartition(".")[2], row) for name, row in rows)
        return {(top, last): row for top, last, row in split if top in tops}

    @cached_property
    def names(self) -> frozenset[str]:
        """The methods that sync, by rows of such libraries."""
        return frozenset(m.name for row in self._rows.values() for m in row.method if m.sync)

    def syncs(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state that a call leaves as it is, if by a row it syncs."""
        func = call.func
        if not isinstance(func, facts.Attribute):
            return None
        if func.attr in self.names:
            return self._synced(func, function)
        return self._inside(func, function) if func.attr in INTO else None

    def _synced(self, func: facts.Attribute, function: FunctionInfo) -> Kept | None:
        """Of a call of a method that syncs, on an object of the class that has it."""
        types = self._project.typing.of(func.value, Scope(function.module, function.klass, function.fact))
        refs: list[ClassRef] = [t.ref for t in types]
        family = [kin for ref in refs for kin in (ref, *self._kin(ref))]
        said = next((each for ref in family for each in self._said(ref, func.attr) if each.method.sync), None)
        said = said or (None if refs else self._named(func))
        if said is None:
            return None
        top = said.row.names[0].partition(".")[0]
        inside = function.module.name.partition(".")[0] == top
        return _kept(said) if inside or self._project.recurrent_near(function.module) else None

    def _kin(self, ref: ClassRef) -> Iterator[ClassInfo]:
        """The classes below a class, and those below the bases that it has in view: one interface."""
        for base in self._project.classes.lineage(ref):
            if isinstance(base, ClassInfo):
                yield from self._project.classes.subclasses(base)

    def takes(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state of the object that a call by a row gives weights to, whoever they are of."""
        func = call.func
        if not isinstance(func, facts.Attribute) or func.attr not in INTO or not call.arguments:
            return None
        types = self._project.typing.of(func.value, Scope(function.module, function.klass, function.fact))
        said = (each for t in types for each in self._said(t.ref, func.attr))
        return next((_kept(each) for each in said if each.method.replaces is not None and each.row.state), None)

    def keeps(self, klass: ClassInfo) -> Kept | None:
        """The state that a class, or what it runs, keeps by a row."""
        for base, row in self._rows_of(klass):
            if row.state:
                return Kept(f"its {row.state[0].slot}", "", base.module.path, base.fact.span)
        return None

    def _inside(self, func: facts.Attribute, function: FunctionInfo) -> Kept | None:
        """Of a call in the body of such a method: what gives the weights to the network."""
        if function.klass is None or not any(
            _ACTOR.search(walk.last_name(part)) for part in walk.expressions(func.value)
        ):
            return None
        for each in self._said(function.klass, function.fact.name):
            if each.method.sync or (each.method.replaces is not None and each.row.state):
                return _kept(each)
        return None

    def _rows_of(self, ref: ClassRef) -> Iterator[tuple[ClassInfo, ClassRow]]:
        """The rows of a class in view and of its bases there."""
        for base in self._project.classes.lineage(ref):
            if isinstance(base, ClassInfo):
                row = self._rows.get((base.module.name.partition(".")[0], base.fact.name))
                for each in self._project.vocabulary.lineage(row.names[0]) if row is not None else ():
                    yield base, each

    def _said(self, ref: ClassRef, name: str) -> Iterator[_Said]:
        for base, row in self._rows_of(ref):
            yield from (_Said(base, row, method) for method in row.method if method.name == name)

    def _named(self, func: facts.Attribute) -> _Said | None:
        """By the name of the receiver: ``self.env_runner_group``, ``collector``."""
        name = walk.last_name(func.value)
        for klass in self._project.classes.all:
            for said in self._said(klass, func.attr):
                if said.method.sync and _snake(klass.fact.name).endswith(name.strip("_").rpartition("_")[2]):
                    return said
        return None


def _kept(said: _Said) -> Kept:
    slot = said.row.state[0].slot if said.row.state else ""
    return Kept(f"its {slot}" if slot else "", "", said.klass.module.path, said.klass.fact.span)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
