"""Members that are put in a list or set where they get weights, and are asked for by that in another loop.

``worst.load_state_dict(…); changed.append(worst)`` in one loop, ``for m in members: if m in changed: m.begin()`` in the
next. One summary stands for all members, so that what is in the collection, or not in it, tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import filled
from lstm_lint.typestate.atoms import becomes, object_token
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ADDS = frozenset({"add", "append", "appendleft"})
_TAKES_OUT = frozenset({"clear", "discard", "pop", "popleft", "remove"})


def called(run: Interpreter, call: facts.Call, state: State) -> None:
    """A method of a collection puts in what a loop goes through, the one that the path is about, or takes some out."""
    if (something := filled.called(run, call)) is not None:
        becomes(run, *something, state)
    func = call.func
    if not isinstance(func, facts.Attribute) or not (func.attr in _ADDS or func.attr in _TAKES_OUT):
        return
    adds = func.attr in _ADDS and len(call.arguments) == 1 and _is_of_each(run, call.arguments[0].value)
    place = place_of(run, func.value, state) if adds or (func.attr in _TAKES_OUT and state.loads) else None
    if place is None:
        return
    if adds:
        state.guards[_atom(run, place)] = True
        state.stamp(_atom(run, place), True)
    else:
        state.forget_guards(_atom(run, place))


def asked(run: Interpreter, test: object, holds: State | None, fails: State | None, state: State) -> None:
    """``m in changed``, of each member in turn: in each arm there are those of which it is so."""
    if not isinstance(test, facts.Operation) or test.op not in ("in", "not in"):
        return
    if not _is_of_each(run, test.operands[0]):
        return
    for atom in _atoms(run, test.operands[1], state):
        for arm, there in ((holds, test.op == "in"), (fails, test.op != "in")):
            if arm is not None:
                arm.drop_contradicted(atom, there)
                arm.guards[atom] = there


def returned(run: Interpreter, value: facts.Expr | None, answer: str, state: State) -> None:
    """A function gives such a collection: from here on it goes by what the call gave."""
    if isinstance(value, facts.Name) and state.loads:
        state.reword(_atom(run, run.local_place(value.id, state)), _in(answer), frozenset())


def filtered(run: Interpreter, test: facts.Expr, member: Value, state: State) -> None:
    """``filter(lambda m: m.is_new, members)``: what comes next is about those of which it is so, as in a comprehension.
    """
    function = test.function if isinstance(test, facts.Lambda) else None
    if function is None or len(function.parameters) != 1:
        return
    asked = next((each.value for each in walk.actions(function.body) if isinstance(each, facts.Return)), None)
    if asked is None:
        return
    place = Local(run.frame.number, function.parameters[0].name)
    hidden = state.env.get(place)
    state.env[place] = member
    there, _ = run.assume(state.copy(), asked)
    if there is not None:
        state.become(there)
    state.env.take(place)
    if hidden is not None:
        state.env[place] = hidden


def _is_of_each(run: Interpreter, subject: facts.Expr) -> bool:
    """Whether an expression is a variable that a loop binds, or a part of what is in one."""
    while walk.part_name(subject) is not None and isinstance(subject, (facts.Attribute, facts.Subscript)):
        subject = subject.value
    if not isinstance(subject, facts.Name):
        return False
    bound = run.bound_names().get(subject.id, ())
    return bool(bound) and any(binding.how == "element" for binding in bound)


def _atoms(run: Interpreter, collection: facts.Expr, state: State) -> list[str]:
    """The conditions that something is in a collection: by its variable, or by the call that gave it."""
    if not isinstance(collection, (facts.Name, facts.Attribute)):
        return []
    place = place_of(run, collection, state)
    answer = run.quiet().evaluate(collection, state).answer
    here = [] if place is None else [_atom(run, place)]
    return [*here, _in(answer)] if answer else here


def _atom(run: Interpreter, place: Place) -> str:
    if isinstance(place, Local):
        return _in(f"⟨{place.frame}:{place.name}⟩")  # which is forgotten when the variable is set
    return _in(f"⟨{object_token(run, place.owner.root)}{'.'.join(place.owner.attrs)}.{place.attr}⟩")


def _in(collection: str) -> str:
    return f"⟨in {collection}⟩"
