"""Which environments a state goes with: those that the code which carries it on steps.

Another environment may begin an episode meanwhile, for an evaluation, and nothing ends for the state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from lstm_lint.project import ClassInfo
from lstm_lint.project.looks import is_anew
from lstm_lint.typestate import ends, targets
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint import facts
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_MAKES = re.compile(r"^make(_|$)")
_Worlds = frozenset[Path] | None
"""Environments; None where one of them cannot be told."""


def of_others(run: Interpreter, begun: Value, named: facts.Expr, state: State) -> Callable[[Place], bool]:
    """Tells of a place whether the state in it goes with other environments than the one that begins an episode.

    ``named`` is that one as the code has it: of an object that nothing in view makes, the attribute it is in is known.
    """
    held = targets.place_of(run, named, state)
    own = frozenset({held.owner.child(held.attr)}) if isinstance(held, FieldPlace) else frozenset()
    refs = begun.refs or own

    @cache
    def is_of_others(place: Place) -> bool:
        if isinstance(place, FieldPlace):
            worlds = _of_attribute(run, place, state) if all(map(_is_told, refs)) else None
            others = refs | begun.holds  # what it was made of may be the environment that it wraps
        else:
            worlds, others = _of_variable(run, place, state), refs
        return bool(worlds) and worlds is not None and not any(_is_one(a, b) for a in worlds for b in others)

    return is_of_others if refs else lambda _: False


def _is_told(ref: Path) -> bool:
    """Whether an object is known from others: what a parameter stands for may be what an attribute holds.

    What is made in view is no other object, ``gym.make(…)`` included.
    """
    made = ref.root.kind == "built" or (ref.root.kind == "result" and _MAKES.search(ref.root.name) is not None)
    return bool(ref.attrs) or made


def _is_one(one: Path, other: Path) -> bool:
    return one.starts_with(other) or other.starts_with(one)


def _of_variable(run: Interpreter, place: Local, state: State) -> _Worlds:
    frame = run.live_frame(place.frame)
    if frame is None:
        return None
    chains = _stepped(frame.body)
    return _all(_at(chain, state.env.get(Local(frame.number, chain[0])), state) for chain in chains)


def _of_attribute(run: Interpreter, place: FieldPlace, state: State) -> _Worlds:
    """The environments that the methods step which store the attribute."""
    classes = {t.ref for t in run.types_of(place.owner, state) if isinstance(t.ref, ClassInfo)}
    found: list[_Worlds] = []
    for klass in classes:
        for base in run.project.classes.lineage(klass):
            for function in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                bound = run.project.typing.bindings(function).attributes.get(place.attr, ())
                if not function.parameters or all(is_anew(each.expr) for each in bound):
                    continue
                own = function.parameters[0].name
                for chain in _stepped(function.body):
                    owner = Value(refs=frozenset({place.owner})) if chain[0] == own else None
                    found.append(_at(chain, owner, state))
    return _all(found)


def _all(worlds: Iterable[_Worlds]) -> _Worlds:
    found: frozenset[Path] = frozenset()
    for each in worlds:
        if not each:
            return None
        found |= each
    return found


def _stepped(shape: Shape) -> Iterator[list[str]]:
    """What a body steps, name by name."""
    for owner in ends.stepped(shape):
        yield owner.split(".")


def _at(chain: list[str], root: Value | None, state: State) -> _Worlds:
    """The objects that a chain of names leads to, and those in them."""
    if root is None:
        return None
    held = root
    for attr in chain[1:]:
        refs: frozenset[Path] = frozenset()
        for ref in held.refs:
            inner = state.get(FieldPlace(ref, attr))
            refs |= inner.refs | inner.holds if inner is not None and inner.refs else {ref.child(attr)}
        held = Value(refs=refs)
    return frozenset().union(held.holds, *(state.reach(ref) for ref in held.refs)) if held.refs else None
