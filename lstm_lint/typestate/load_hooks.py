"""Functions that a module runs by itself whenever weights are loaded into it: some forget its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.types import Type
from lstm_lint.typestate import inlining, phases
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Root
from lstm_lint.typestate.values import NOTHING, Callable, Value, join_values

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

REGISTERS = frozenset({"register_load_state_dict_post_hook", "register_load_state_dict_pre_hook"})
_LOADS = "load_state_dict"
_HOOKS = "<after loading>"


def register(run: Interpreter, module: Value, hook: Value, state: State) -> None:
    """A module is told to run a function after each load; what is around that function lives on with it."""
    run.escaped |= {each.frame for each in hook.callables if each.frame >= 0}
    for ref in module.refs if hook.callables else ():
        place = FieldPlace(ref, _HOOKS)
        held = state.heap.get(place)
        added = Value(callables=hook.callables)
        state.heap[place] = added if held is None else join_values(held, added)


def loaded(run: Interpreter, target: Path, name: str, span: Span, state: State) -> None:
    """The weights of a module were loaded: run what it, and what is in it, have for that."""
    if name != _LOADS:
        return
    reached = state.reach(target)
    keeping = {place.owner for place in phases.places_of(run, target, state)}
    inside = {target} | {owner for owner in keeping if any(owner.starts_with(held) for held in reached)}
    inside |= {place.owner for place in state.heap if place.attr == _HOOKS and place.owner in reached}
    for owner in sorted(inside, key=str):
        hooks = _hooks(run, owner, state)
        if hooks:
            given = Value(refs=frozenset({owner}), types=run.types_of(owner, state))
            inlining.enter_each(run, hooks, Arguments((given, NOTHING), ()), span, state, False)


def _hooks(run: Interpreter, owner: Path, state: State) -> frozenset[Callable]:
    """What is known to be registered here, else by the constructor of its class or of what it is a part of."""
    held = state.heap.get(FieldPlace(owner, _HOOKS))
    if held is not None:
        return held.callables
    found: set[Callable] = set()
    for base in owner.prefixes():
        for t in run.types_of(base, state):
            if isinstance(t.ref, ClassInfo):
                own = Path(Root("self", "self", None, t.ref.id))
                part = Path(own.root, owner.attrs[len(base.attrs) :])
                made = run.index.layout(t.ref).get(FieldPlace(part, _HOOKS))
                for each in made.callables if made is not None else ():
                    bound = each.receiver is not None
                    found.add(_moved(each, own, base, run, state) if bound else _within(each, t.ref, base, run, state))
    return frozenset(found)


def _moved(hook: Callable, own: Path, base: Path, run: Interpreter, state: State) -> Callable:
    """A method that a constructor registered, as one of the object in question."""
    receiver = hook.receiver
    if receiver is None or not all(ref.starts_with(own) for ref in receiver.refs):
        return hook
    refs = frozenset(Path(base.root, (*base.attrs, *ref.attrs)) for ref in receiver.refs)
    types = frozenset[Type]().union(*(run.types_of(ref, state) for ref in refs))
    return hook._replace(receiver=Value(refs=refs, types=types or receiver.types))


def _within(hook: Callable, klass: ClassInfo, base: Path, run: Interpreter, state: State) -> Callable:
    """A function inside of a constructor, which knows the object by the name that it has there."""
    init = run.project.classes.method(klass, "__init__")
    if not isinstance(init, FunctionInfo) or not init.fact.parameters or "<locals>" not in hook.function.fact.qualname:
        return hook
    number = run.frame_number(("around", base, hook.function.id))
    state.env[Local(number, init.fact.parameters[0].name)] = Value(
        refs=frozenset({base}), types=run.types_of(base, state)
    )
    return hook._replace(frame=number)
