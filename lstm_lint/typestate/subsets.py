"""Collections that hold some of the keys only: members come and go beside a dict of states that begins full.

``self.states = {r: zeros() for r in regions}`` and ``self.islanded = set()``: a loop over the second is not over all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.paths import FieldPlace, Place

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_CONSTRUCTORS = ("__init__", "__post_init__")
_AROUND = frozenset({"list", "tuple", "sorted", "reversed", "set", "frozenset", "enumerate"})
_EMPTY = frozenset({"set", "list", "dict", "deque", "OrderedDict", "defaultdict", "Counter"})
_TAKES_OUT = frozenset({"discard", "remove", "pop", "popleft", "popitem", "clear", "difference_update"})
_PUTS_IN = frozenset({"add", "append", "appendleft", "extend", "insert", "update", "setdefault"})
_FULL = frozenset({"fromkeys", "dict", "OrderedDict"})


def begins_with_fewer(run: Interpreter, iterable: facts.Expr, states: Place) -> bool:
    """Whether a loop goes through an attribute that the constructor leaves empty, and fills that of the states.

    Members have to leave it as well: what is only filled may in the end hold all.
    """
    while isinstance(iterable, facts.Call) and walk.last_name(iterable.func) in _AROUND and iterable.arguments:
        iterable = iterable.arguments[0].value
    own = isinstance(iterable, facts.Attribute) and walk.chain(iterable) == f"self.{iterable.attr}"
    klass = run.frame.klass
    if not own or klass is None or not isinstance(iterable, facts.Attribute) or not isinstance(states, FieldPlace):
        return False
    if states.owner.attrs or states.attr == iterable.attr:
        return False
    begun = [f for f in klass.fact.functions.values() if f.name in _CONSTRUCTORS]
    bound = [run.project.typing.bindings(f).attributes for f in begun]
    through = [b.expr for each in bound for b in each.get(iterable.attr, ()) if b.how == "value"]
    kept = [b.expr for each in bound for b in each.get(states.attr, ()) if b.how == "value"]
    if not (through and all(map(_is_empty, through)) and kept and all(map(_is_full, kept))):
        return False
    name = f"self.{iterable.attr}"
    first = {f.name for f in begun} | {name for f in begun for name in f.mentions}
    return any(_calls(f, name, _TAKES_OUT) for f in klass.fact.functions.values()) and not any(
        _calls(f, name, _PUTS_IN) or _writes_items(f, name) for f in klass.fact.functions.values() if f.name in first
    )


def _calls(function: facts.FunctionFact, name: str, methods: frozenset[str]) -> bool:
    funcs = (call.func for call in walk.calls(function.body))
    return any(isinstance(f, facts.Attribute) and f.attr in methods and walk.chain(f.value) == name for f in funcs)


def _writes_items(function: facts.FunctionFact, name: str) -> bool:
    assigned = (action for action in walk.actions(function.body) if isinstance(action, facts.Assign))
    targets = (target for action in assigned for target in action.targets)
    return any(isinstance(target, facts.Subscript) and walk.chain(target.value) == name for target in targets)


def _is_empty(value: facts.Expr) -> bool:
    if isinstance(value, facts.Call):
        given = [each for each in value.arguments if each.keyword is None]
        return walk.last_name(value.func) in _EMPTY and (not given or walk.last_name(value.func) == "defaultdict")
    return isinstance(value, (facts.Display, facts.DictDisplay)) and not value.items


def _is_full(value: facts.Expr) -> bool:
    if isinstance(value, facts.Comprehension):
        return True
    if isinstance(value, facts.Call):
        return walk.last_name(value.func) in _FULL and bool(value.arguments)
    if isinstance(value, facts.Operation):  # `[None] * n`
        return any(isinstance(each, facts.Display) and bool(each.items) for each in value.operands)
    return isinstance(value, (facts.Display, facts.DictDisplay)) and bool(value.items)
