"""Networks that a learner keeps for its actors, which act with them elsewhere and carry the states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.kept import Keeping, Kept, can_step
from lstm_lint.project.looks import is_named
from lstm_lint.project.receiving import SHARED
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_ACTING = re.compile(r"^_*(actors?|acting|behaviou?r|inference|rollout|shared)_(model|net|network|policy|module)s?$")
_ONE_OF_SEVERAL = re.compile(r"^_*[a-z]+_(model|net|network|policy|module|agent|actor|critic|q)s?$", re.IGNORECASE)
"""A name that says which network it is: two classes that are given a ``model`` may be given different ones."""


class ActedWith:
    """Answers for one call that gives such a network weights."""

    def __init__(self, project: Project, keeping: Keeping) -> None:
        self._project = project
        self._keeping = keeping

    def by_attribute(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state that objects of other classes advance with a network of the class of the receiver.

        The receiver is an attribute of the own object, ``self.actor_model``, whose other networks are trained. Where
        it is open whether the class is recurrent, the name of the state has to say so.
        """
        receiver = call.func.value if isinstance(call.func, facts.Attribute) else None
        if function.klass is None or not isinstance(receiver, facts.Attribute):
            return None
        if not _ACTING.search(receiver.attr):
            return self._shared(receiver, function)
        types = self._project.typing.of(receiver, Scope(function.module, function.klass, function.fact))
        known = {each.ref: self._project.recurrence.of(each.ref) for each in types}
        refs = {ref for ref, recurrent in known.items() if recurrent != "no"}
        own = (*self._project.classes.lineage(function.klass), *refs)
        for klass in self._project.classes.all if refs else ():
            for kept in self._keeping.of_class(klass) if klass not in own else ():
                attr = kept.by.removeprefix("self.").partition(".")[0]
                acts = {each.ref for each in self._project.typing.attribute(klass, attr)} & refs if attr else ()
                if any(known[ref] == "yes" or is_named(kept.name.rpartition(".")[2]) for ref in acts):
                    return kept._replace(name=f"its {kept.name.removeprefix('self.')}", by=walk.chain(receiver) or "")
        return None

    def _shared(self, receiver: facts.Attribute, function: FunctionInfo) -> Kept | None:
        """The state in a loop of another class that steps the network which both are given under one name."""
        chain = walk.chain(receiver) or ""
        if function.klass is None or chain != f"self.{receiver.attr}" or not _ONE_OF_SEVERAL.search(receiver.attr):
            return None
        if not self._is_given(function.klass, chain):
            return None
        types = self._project.typing.of(receiver, Scope(function.module, function.klass, function.fact))
        if types and {self._project.recurrence.of(each.ref) for each in types} == {"no"}:
            return None
        for klass, kept in self._carriers.get(chain, ()):
            if klass not in self._project.classes.lineage(function.klass):
                return kept._replace(by=chain)
        return None

    @cached_property
    def _carriers(self) -> dict[str, list[tuple[ClassInfo, Kept]]]:
        """By attribute: the classes that are given a network and carry a state around it, but train nothing."""
        found: dict[str, list[tuple[ClassInfo, Kept]]] = {}
        for function in self._project.functions:
            klass = function.klass
            if klass is None or "backward" in function.fact.mentions:
                continue
            for kept, _ in self._keeping.in_loops(function):
                for chain in (*kept.given, kept.by, kept.by.rpartition(".")[0]) if is_named(kept.name) else ():
                    if chain.startswith("self.") and chain.count(".") == 1 and self._is_given(klass, chain):
                        found.setdefault(chain, []).append((klass, kept))
        return found

    def _is_given(self, klass: ClassInfo, chain: str) -> bool:
        """Whether the constructor of a class is handed what it keeps in an attribute, and nothing else is put there."""
        attr = chain.removeprefix("self.")
        bound = [
            (fact.name, each.expr)
            for fact in klass.fact.functions.values()
            for each in self._project.typing.bindings(fact).attributes.get(attr, ())
            if each.how != "annotation"
        ]
        made = klass.fact.functions.get("__init__")
        given = {parameter.name for parameter in made.parameters} if made is not None else set()
        return bool(bound) and all(
            name == "__init__" and isinstance(walk.root(expr), facts.Name) and walk.last_name(walk.root(expr)) in given
            for name, expr in bound
        )

    def by_variable(self, function: FunctionInfo, call: facts.Call) -> Kept | None:
        """A state that actors hand to a network, of which a learner's function has the one they use, to publish it."""
        receiver = call.func.value if isinstance(call.func, facts.Attribute) else None
        if not isinstance(receiver, facts.Name):
            return None
        name = receiver.id
        acting = _ACTING.search(name) is not None
        given = any(parameter.name == name for parameter in function.fact.parameters)
        if acting and (given or (self._keeping.loops(function.fact, call) and _is_handed_on(function, name))):
            others = function.module.facts.functions.values()
            if found := next((each for other in others for each in self._handing(other, function)), None):
                return found
        if (acting or SHARED.search(name)) and given and self._keeping.loops(function.fact, call):
            return next(self._of_takers(function, name), None)
        return None

    @staticmethod
    def _handing(other: facts.FunctionFact, function: FunctionInfo) -> Iterator[Kept]:
        """The states that a function of the same module hands to what may be a network."""
        for call in filter(can_step, walk.calls(other.body)):
            for each in call.arguments:
                if isinstance(each.value, facts.Name) and is_named(each.value.id):
                    yield Kept(each.value.id, "", function.module.path, call.span)

    def _of_takers(self, function: FunctionInfo, name: str) -> Iterator[Kept]:
        """The states in the loops of other functions that are given a network under the same name."""
        for other in self._project.functions:
            if other is not function and any(parameter.name == name for parameter in other.fact.parameters):
                for kept, _ in self._keeping.in_loops(other):
                    if kept.by.partition(".")[0] in _names_of(other, name):
                        yield kept


def _is_handed_on(function: FunctionInfo, name: str) -> bool:
    """Whether a function hands a variable to something: the network that a thread of its own acts with."""
    return any(
        isinstance(part, facts.Name) and part.id == name
        for call in walk.calls(function.fact.body)
        for each in call.arguments
        for part in (each.value, *(each.value.items if isinstance(each.value, facts.Display) else ()))
    )


def _names_of(function: FunctionInfo, name: str) -> set[str]:
    """The variables of a function that stand for one of its parameters."""
    every = (action for action in walk.actions(function.fact.body) if isinstance(action, facts.Assign))
    same = (action for action in every if isinstance(action.value, facts.Name) and action.value.id == name)
    return {name, *(target.id for action in same for target in action.targets if isinstance(target, facts.Name))}
