"""Lists that fill, and numbers that count up, from one start to the next: whether there is anything in them tells.

``if not log: net.load_state_dict(…)``, a step that puts something in the log, and at the end ``log, h = [], None``: the
list is empty where the state begins anew, and a load on an empty list meets no state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.typestate.interpret import Interpreter

_FILLS = frozenset({"append", "appendleft", "insert"})
_EMPTIES = frozenset({"clear"})
_KNOWN = _FILLS | _EMPTIES | frozenset({"index", "count", "copy"})
_TAKES_OUT = frozenset({"clear", "pop", "popleft", "remove"})
_LISTS = frozenset({"list", "deque"})
_ASKED = {
    ("==", 0): False, ("!=", 0): True, (">", 0): True, ("<=", 0): False, (">=", 1): True, ("<", 1): False,
}  # fmt: skip
"""Comparisons of a length or a count that ask whether there is anything yet."""
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


def stored(run: Interpreter, name: str, value: Value) -> bool | None:
    """Whether there is something in a variable once this is stored in it; None where nothing is known of it."""
    kind = _kind(run, name)
    if kind is None:
        return None
    if kind == "list":
        return False  # that is all that it ever is set to
    return value.literal() != 0  # what is no literal is what was counted up


def called(run: Interpreter, call: facts.Call) -> tuple[facts.Name, bool] | None:
    """The list that a call puts something in, or empties, and which of the two."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr not in _FILLS | _EMPTIES:
        return None
    if not isinstance(func.value, facts.Name) or _kind(run, func.value.id) != "list":
        return None
    return func.value, func.attr in _FILLS


def asked(run: Interpreter, test: object) -> tuple[facts.Name, bool] | None:
    """The variable of which a test asks whether there is anything in it, and whether it is true then."""
    found = _compared(test) if isinstance(test, facts.Operation) else (test, True)
    if found is None:
        return None
    subject, positive = found
    if isinstance(subject, facts.Call):
        inner = subject.arguments[0].value if len(subject.arguments) == 1 else None
        if walk.chain(subject.func) != "len" or not isinstance(inner, facts.Name) or _kind(run, inner.id) != "list":
            return None
        return inner, positive
    if isinstance(test, facts.Operation) and isinstance(subject, facts.Name) and _kind(run, subject.id) == "number":
        return subject, positive
    return None


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


def _kind(run: Interpreter, name: str) -> str | None:
    """Whether a variable of the function that runs is such a list, or such a number."""
    function = run.frame.function
    known = _variables(function).get(name) if function is not None else None
    if known is None:
        return None
    kind, handed = known
    return kind if not handed or handed.isdisjoint(_emptying(run.project)) else None


@by_node
def _variables(function: facts.FunctionFact) -> dict[str, tuple[str, frozenset[str]]]:
    """Such variables of a function: what each is, and the names of all functions that get it."""
    bound = walk.bound_in(function.body).names
    lists = {name for name, each in bound.items() if _are_all(each, _is_empty)}
    numbers = {name for name, each in bound.items() if _are_all(each, _is_count)}
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


def _is_empty(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in _LISTS and all(each.keyword is not None for each in expr.arguments)
    return isinstance(expr, facts.Display) and expr.kind == "list" and not expr.items


def _is_count(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and type(expr.value) is int and expr.value >= 0


def _otherwise(action: object, lists: set[str], numbers: set[str]) -> Iterator[str]:
    """The variables that an action does something else with: it takes out of a list, or calls it something else."""
    if isinstance(action, (facts.Define, facts.DefineClass)):
        yield from action.function.mentions if isinstance(action, facts.Define) else lists | numbers
    elif isinstance(action, facts.Augment) and isinstance(action.target, facts.Name):
        if not (action.op == "+" and _is_count(action.value)) or walk.last_name(action.target) in lists:
            yield action.target.id
    elif isinstance(action, facts.Delete):
        yield from (walk.last_name(walk.container(target)) for target in action.targets)
    elif isinstance(action, facts.Assign):
        yield from (each.id for each in _values(action.value) if isinstance(each, facts.Name) and each.id in lists)
        for target in walk.flat(action.targets):
            if isinstance(target, facts.Subscript) and isinstance(target.index, facts.Operation):
                yield walk.last_name(target.value)
    for expr in walk.expressions(action):
        if isinstance(expr, (facts.Lambda, facts.Yield)):
            yield from (part.id for part in walk.expressions(expr) if isinstance(part, facts.Name))
        elif isinstance(expr, facts.Walrus):
            yield walk.last_name(expr.target)
        elif isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name):
            yield from () if expr.attr in _KNOWN else (expr.value.id,)


def _values(expr: facts.Expr) -> Iterator[facts.Expr]:
    """What a target may hold once this is assigned to it, or have in it."""
    todo = [expr]
    while todo:
        each = todo.pop()
        yield each
        if isinstance(each, facts.Display):
            todo.extend(each.items)
        elif isinstance(each, facts.DictDisplay):
            todo.extend(item for _, item in each.items)
        elif isinstance(each, facts.Conditional):
            todo.extend((each.then, each.orelse))
        elif isinstance(each, facts.BoolOp):
            todo.extend((each.left, each.right))


def _handed(function: facts.FunctionFact, lists: set[str]) -> dict[str, set[str]]:
    """The last names of the functions that get each of these lists."""
    found: dict[str, set[str]] = {name: set() for name in lists}
    for call in walk.calls(function.body):
        for argument in call.arguments:
            if isinstance(argument.value, facts.Name) and argument.value.id in lists and not argument.star:
                found[argument.value.id].add(walk.last_name(call.func))
    return found


@by_node
def _emptying(project: Project) -> frozenset[str]:
    """The names of the functions of a project that take something out of a list that they are handed."""
    return frozenset(info.fact.name for info in project.functions if _takes_out(info.fact))


def _takes_out(function: facts.FunctionFact) -> bool:
    own = {parameter.name for parameter in function.parameters}
    for action in walk.actions(function.body):
        targets = walk.flat(action.targets) if isinstance(action, (facts.Assign, facts.Delete)) else ()
        if any(isinstance(t, facts.Subscript) and walk.last_name(t.value) in own for t in targets):
            return True
        for call in walk.calls_in(action):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in _TAKES_OUT and walk.last_name(func.value) in own:
                return True
    return False
