"""Lists that fill, and numbers that count up, from one start to the next: whether there is anything in them tells.

``if not log: net.load_state_dict(…)``, a step that puts something in the log, and at the end ``log, h = [], None``: the
list is empty where the state begins anew, and a load on an empty list meets no state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.project.fillings import EMPTIES, FILLS, KNOWN, is_count, is_empty, values
from lstm_lint.typestate.paths import FieldPlace, Place
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ASKED = {
    ("==", 0): False, ("!=", 0): True, (">", 0): True, ("<=", 0): False, (">=", 1): True, ("<", 1): False,
}  # fmt: skip
"""Comparisons of a length or a count that ask whether there is anything yet."""
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def stored(run: Interpreter, target: facts.Name | facts.Attribute, value: Value) -> bool | None:
    """Whether there is something in a variable or attribute once this is stored in it; None where that is not known."""
    kind = _kind(run, target)
    if kind is None:
        return None
    if kind == "list":
        return False  # that is all that it ever is set to
    return value.literal() != 0  # what is no literal is what was counted up


def called(run: Interpreter, call: facts.Call) -> tuple[facts.Name | facts.Attribute, bool] | None:
    """The list that a call puts something in, or empties, and which of the two."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr not in FILLS | EMPTIES:
        return None
    if not isinstance(func.value, (facts.Name, facts.Attribute)) or _kind(run, func.value) != "list":
        return None
    return func.value, func.attr in FILLS


def asked(run: Interpreter, test: object) -> tuple[facts.Name | facts.Attribute, bool] | None:
    """What a test asks whether there is anything in it, and whether it is true then."""
    found = _compared(test) if isinstance(test, facts.Operation) else (test, True)
    if found is None:
        return None
    subject, positive = found
    if isinstance(subject, facts.Call):
        inner = subject.arguments[0].value if len(subject.arguments) == 1 else None
        if walk.chain(subject.func) != "len" or not isinstance(inner, (facts.Name, facts.Attribute)):
            return None
        return (inner, positive) if _kind(run, inner) == "list" else None
    if not isinstance(test, facts.Operation) or not isinstance(subject, (facts.Name, facts.Attribute)):
        return None
    return (subject, positive) if _kind(run, subject) == "number" else None


def handed(run: Interpreter, test: object, state: State) -> tuple[Place, bool] | None:
    """Where a caller counts what its call hands over and a test asks for: ``agent.act(seen, step)``, ``if step == 0``.
    """
    found = _compared(test) if isinstance(test, facts.Operation) else None
    function = run.frame.function
    if found is None or function is None or not isinstance(found[0], facts.Name) or found[0].id in run.bound_names():
        return None
    value = run.lookup(found[0].id, state) if any(p.name == found[0].id for p in function.parameters) else None
    counts = [place for place in (value.src if value is not None else ()) if _is_counted(run, place)]
    return (counts[0], found[1]) if len(counts) == 1 else None


def _is_counted(run: Interpreter, place: Place) -> bool:
    if isinstance(place, FieldPlace):
        return run.project.fillings.kind(place.attr, None) == "number"
    frame = run.live_frame(place.frame)
    function = frame.function if frame is not None else None
    return function is not None and _variables(function).get(place.name, ("", ()))[0] == "number"


def _compared(test: facts.Operation) -> tuple[object, bool] | None:
    """What is compared with zero, or with one, and whether the test is true where there is something."""
    if test.op not in _TURNED or len(test.operands) != 2:
        return None
    one, other = test.operands
    op = test.op
    if isinstance(one, facts.Constant):
        one, other, op = other, one, _TURNED[op]
    number = other.value if isinstance(other, facts.Constant) else None
    positive = _ASKED.get((op, number)) if type(number) is int else None
    return None if positive is None else (one, positive)


def _kind(run: Interpreter, named: facts.Name | facts.Attribute) -> str | None:
    """Whether a variable of the function that runs, or an attribute, is such a list, or such a number."""
    function = run.frame.function
    if isinstance(named, facts.Attribute):
        own = function.parameters[0].name if function is not None and function.parameters else None
        return run.project.fillings.kind(named.attr, run.frame.klass if walk.chain(named.value) == own else None)
    known = _variables(function).get(named.id) if function is not None else None
    if known is None:
        return None
    kind, handed = known
    return kind if not handed or handed.isdisjoint(run.project.fillings.emptying) else None


@by_node
def _variables(function: facts.FunctionFact) -> dict[str, tuple[str, frozenset[str]]]:
    """Such variables of a function: what each is, and the names of all functions that get it."""
    bound = walk.bound_in(function.body).names
    lists = {name for name, each in bound.items() if _are_all(each, is_empty)}
    numbers = {name for name, each in bound.items() if _are_all(each, is_count)}
    outside = {parameter.name for parameter in function.parameters} | function.globals | function.nonlocals
    for action in walk.actions(function.body):
        outside |= set(_otherwise(action, lists, numbers))
    handed = _handed(function, lists - outside)
    counted = {
        action.target.id
        for action in walk.actions(function.body)
        if isinstance(action, facts.Augment) and isinstance(action.target, facts.Name)
    }
    return {name: ("list", frozenset(handed[name])) for name in lists - outside} | {
        name: ("number", frozenset()) for name in (numbers & counted) - outside
    }


def _are_all(bound: list[walk.Binding], kind: Callable[[facts.Expr], bool]) -> bool:
    """Whether all that is bound to a name is of a kind; what it is declared to be aside."""
    return all(each.how == "annotation" or (each.how == "value" and kind(each.expr)) for each in bound)


def _otherwise(action: object, lists: set[str], numbers: set[str]) -> Iterator[str]:
    """The variables that an action does something else with: it takes out of a list, or calls it something else."""
    if isinstance(action, (facts.Define, facts.DefineClass)):
        yield from action.function.mentions if isinstance(action, facts.Define) else lists | numbers
    elif isinstance(action, facts.Augment) and isinstance(action.target, facts.Name):
        if not (action.op == "+" and is_count(action.value)) or walk.last_name(action.target) in lists:
            yield action.target.id
    elif isinstance(action, facts.Delete):
        yield from (walk.last_name(walk.container(target)) for target in action.targets)
    elif isinstance(action, facts.Assign):
        yield from (each.id for each in values(action.value) if isinstance(each, facts.Name) and each.id in lists)
        for target in walk.flat(action.targets):
            if isinstance(target, facts.Subscript) and isinstance(target.index, facts.Operation):
                yield walk.last_name(target.value)
    for expr in walk.expressions(action):
        if isinstance(expr, (facts.Lambda, facts.Yield)):
            yield from (part.id for part in walk.expressions(expr) if isinstance(part, facts.Name))
        elif isinstance(expr, facts.Walrus):
            yield walk.last_name(expr.target)
        elif isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name):
            yield from () if expr.attr in KNOWN else (expr.value.id,)


def _handed(function: facts.FunctionFact, lists: set[str]) -> dict[str, set[str]]:
    """The last names of the functions that get each of these lists."""
    found: dict[str, set[str]] = {name: set() for name in lists}
    for call in walk.calls(function.body):
        for argument in call.arguments:
            if isinstance(argument.value, facts.Name) and argument.value.id in lists and not argument.star:
                found[argument.value.id].add(walk.last_name(call.func))
    return found
