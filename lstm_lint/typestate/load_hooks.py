"""Functions that a module runs by itself whenever weights are loaded into it: some forget its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Span
from lstm_lint.project import ClassInfo
from lstm_lint.typestate import inlining, phases
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Path, Root
from lstm_lint.typestate.values import NOTHING, Callable, Value, join_values

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

REGISTERS = frozenset({"register_load_state_dict_post_hook", "register_load_state_dict_pre_hook"})
_LOADS = "load_state_dict"
_HOOKS = "<after loading>"


def register(run: Interpreter, module: Value, hook: Value, state: State) -> None:
    """A module is told to run a function after each load."""
    for ref in module.refs if hook.callables else ():
        place = FieldPlace(ref, _HOOKS)
        held = state.heap.get(place)
        added = Value(callables=hook.callables)
        state.heap[place] = added if held is None else join_values(held, added)


def loaded(run: Interpreter, target: Path, name: str, span: Span, state: State) -> None:
    """The weights of a module were loaded: run what it, and those of its parts that keep a state, have for that."""
    if name != _LOADS:
        return
    owners = {place.owner for place in phases.places_of(run, target, state)}
    inside = {owner for owner in owners if any(owner.starts_with(held) for held in state.reach(target))}
    for owner in sorted(inside, key=str):
        hooks = _hooks(run, owner, state)
        if hooks:
            given = Value(refs=frozenset({owner}), types=run.types_of(owner, state))
            inlining.enter_each(run, hooks, Arguments((given, NOTHING), ()), span, state, False)


def _hooks(run: Interpreter, owner: Path, state: State) -> frozenset[Callable]:
    """What is known to be registered here, else by the constructor of its class."""
    held = state.heap.get(FieldPlace(owner, _HOOKS))
    if held is not None:
        return held.callables
    found: frozenset[Callable] = frozenset()
    for t in run.types_of(owner, state):
        if isinstance(t.ref, ClassInfo):
            own = FieldPlace(Path(Root("self", "self", None, t.ref.id)), _HOOKS)
            made = run.index.layout(t.ref).get(own)
            found |= frozenset(each._replace(receiver=None) for each in made.callables) if made is not None else found
    return found
