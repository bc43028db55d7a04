"""What a script keeps that is run from top to bottom again and again: ``st.session_state.h``, or by keys.

A click runs all of the script once more. Its variables are new ones each time; what is in the session goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import EMPTY, Loop, Shape
from lstm_lint.model import Span
from lstm_lint.project import Module, Project
from lstm_lint.project.types import Type
from lstm_lint.typestate.paths import FieldPlace, Path, Root
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_NOWHERE = Span(0, 0, 0, 0)


def again_and_again(project: Project, module: Module) -> Shape:
    """The top level of a module; of a script that is run anew at each click, as a loop that never ends."""
    body = module.facts.body
    libraries = {name.partition(".")[0] for name in project.vocabulary.instances}
    imported = {item.module.partition(".")[0] for item in module.facts.imports if not item.level}
    if not project.has_sessions or libraries.isdisjoint(imported):
        return body
    return Loop(None, facts.Constant(True, _NOWHERE), body, EMPTY)


def begin_again(run: Interpreter, loop: Loop, state: State) -> None:
    """A run of the script is over, and with it the variables of the script."""
    if not _is_script(run) or run.frame.function is not None or loop.body is not run.frame.module.facts.body:
        return
    number = run.frame.number
    for place in [place for place in state.env if place.frame == number]:
        del state.env[place]
    state.forget_guards(f"⟨{number}:")


def root_of(run: Interpreter, dotted: str) -> Value | None:
    """The object that a library has under an import path; None for any other path."""
    klass = run.project.vocabulary.instances.get(dotted)
    if klass is None:
        return None
    root = Root("global", dotted, None)
    run.index.root_types[root] = frozenset({Type(klass)})
    return Value(refs=frozenset({Path(root)}), types=frozenset({Type(klass)}))


def attribute(run: Interpreter, expr: facts.Subscript, state: State) -> facts.Attribute | None:
    """``st.session_state["h"]`` as ``st.session_state.h``; None for an entry of anything else."""
    key = expr.index.value if isinstance(expr.index, facts.Constant) else None
    if not run.project.has_sessions or not isinstance(key, str):
        return None
    return facts.Attribute(expr.value, key, expr.span) if of(run, expr.value, state) is not None else None


def of(run: Interpreter, expr: facts.Expr, state: State) -> Path | None:
    """The session that an expression is; None for anything else."""
    if not run.project.has_sessions or not isinstance(expr, (facts.Name, facts.Attribute)):
        return None
    refs = run.quiet().evaluate(expr, state).refs
    return next((ref for ref in refs if is_one(run, ref)), None) if len(refs) == 1 else None


def is_one(run: Interpreter, path: Path) -> bool:
    """Whether an object is a session."""
    return path.root.kind == "global" and not path.attrs and path.root.name in run.project.vocabulary.instances


def is_empty(run: Interpreter, place: FieldPlace) -> bool:
    """Whether there is nothing in a session but what the script is seen to put there."""
    return is_one(run, place.owner) and _is_script(run)


def asked(run: Interpreter, test: object, state: State) -> tuple[State | None, State | None] | None:
    """The states in which ``"net" not in st.session_state`` holds and does not; None for any other test.

    Where it lacks something there is nothing under that name; and where nothing was put there yet, it lacks it.
    """
    found = _asked_for(run, test, state)
    if found is None:
        return None
    place, positive = found
    known = place in state.heap
    having = state.copy() if known or not is_empty(run, place) else None
    if known:
        del state.heap[place]
    return (having, state) if positive else (state, having)


def _asked_for(run: Interpreter, test: object, state: State) -> tuple[FieldPlace, bool] | None:
    """What a test asks a session for, and whether it asks if it is there."""
    if isinstance(test, facts.Operation) and test.op in ("in", "not in"):
        key, table = test.operands
        positive = test.op == "in"
    elif isinstance(test, facts.Call) and walk.chain(test.func) == "hasattr" and len(test.arguments) == 2:
        table, key = (argument.value for argument in test.arguments)
        positive = True
    else:
        return None
    if not isinstance(key, facts.Constant) or not isinstance(key.value, str):
        return None
    session = of(run, table, state)
    return None if session is None else (FieldPlace(session, key.value), positive)


def empty(session: Path, state: State) -> None:
    """Nothing is left in a session: neither a state, nor what made it."""
    for place in [place for place in state.heap if place.owner == session]:
        del state.heap[place]


def deleted(run: Interpreter, target: facts.Subscript, state: State) -> bool:
    """Take out what is under a key that is no literal, in a loop over all of them; whether it is one of a session."""
    session = of(run, target.value, state)
    if session is not None:
        empty(session, state)
    return session is not None


def _is_script(run: Interpreter) -> bool:
    return run.project.has_sessions and bool(run.frames) and run.frames[0].function is None
