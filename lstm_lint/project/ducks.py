"""What an untyped object may be, by what is read of it: the one class of the project that has all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from lstm_lint import facts
from lstm_lint.project.classes import Classes
from lstm_lint.project.inference import Typing
from lstm_lint.project.reads import EVERYBODY, members, read_of, read_of_own
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import NOTHING, Scope, Type, Types

_TELLING = 2
"""So many names besides those have to agree: one alone is a coincidence too often."""


class Ducks:
    """Guesses at the class of untyped parameters, and of the attributes that keep one; each question answered once."""

    def __init__(self, classes: Classes, typing: Typing) -> None:
        self._classes = classes
        self._typing = typing
        self._members: dict[ClassInfo, frozenset[str]] = {}
        self._having: dict[str, set[ClassInfo]] | None = None
        self._parameters: dict[tuple[int, str], Types] = {}
        self._attributes: dict[ClassInfo, dict[str, Types]] = {}

    def parameter(self, function: FunctionInfo, parameter: facts.Parameter) -> Types:
        """The class whose instances fit all that a function reads of a parameter nobody declares; else nothing."""
        key = (id(function.fact), parameter.name)
        if key not in self._parameters:
            self._parameters[key] = self._parameter(function, parameter)
        return self._parameters[key]

    def attributes(self, klass: ClassInfo) -> dict[str, Types]:
        """The same of the attributes of ``self`` that keep an untyped parameter of ``__init__``."""
        found = self._attributes.get(klass)
        if found is None:
            found = self._attributes[klass] = {
                attr: types
                for attr, _ in kept_parameters(klass, self._typing)
                if (types := self._fitting(read_of_own(klass, attr), klass.module)) is not NOTHING
            }
        return found

    def _parameter(self, function: FunctionInfo, parameter: facts.Parameter) -> Types:
        if parameter.annotation is not None or parameter.kind in ("star", "doublestar"):
            return NOTHING
        if parameter.name in self._typing.bindings(function.fact).names:
            return NOTHING  # given another value on the way
        return self._fitting(read_of(function.fact, parameter.name), function.module)

    def _fitting(self, names: frozenset[str], module: Module) -> Types:
        """The class at the top of the only hierarchy whose members all have these names; a copy elsewhere is none."""
        telling = sorted(names - EVERYBODY)
        if len(telling) < _TELLING:
            return NOTHING
        having = self._by_member()
        fit = set.intersection(*(having.get(name, set()) for name in telling))
        fit = {klass for klass in fit if names <= self._of(klass)}
        tops = [klass for klass in fit if fit.isdisjoint(self._classes.lineage(klass)[1:])]
        near = [klass for klass in tops if klass.module is module] or tops
        return frozenset({Type(near[0])}) if len(near) == 1 else NOTHING

    def _by_member(self) -> dict[str, set[ClassInfo]]:
        if self._having is None:
            self._having = defaultdict(set)
            for klass in self._classes.all:
                for name in self._of(klass):
                    self._having[name].add(klass)
        return self._having

    def _of(self, klass: ClassInfo) -> frozenset[str]:
        found = self._members.get(klass)
        if found is None:
            found = self._members[klass] = members(self._classes, klass)
        return found


def kept_parameters(
    klass: ClassInfo, typing: Typing, declared: Callable[[Types], bool] | None = None
) -> Iterator[tuple[str, str]]:
    """The attributes that keep a parameter of ``__init__`` as it is, and that parameter: an untyped one.

    Or one that is ``declared`` to be of the types that are asked for.
    """
    init = klass.fact.functions.get("__init__")
    if init is None:
        return
    scope = Scope(klass.module, klass, init)
    wanted = {
        p.name
        for p in init.parameters[1:]
        if p.default is None
        and (p.annotation is None if declared is None else declared(typing.annotation(p.annotation, scope)))
    }
    for attr, bound in typing.bindings(init).attributes.items() if wanted else ():
        names = {getattr(binding.expr, "id", "") for binding in bound}
        if len(names) == 1 and names <= wanted and (declared is not None or not typing.attribute(klass, attr)):
            yield attr, names.pop()
