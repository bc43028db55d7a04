"""Objects that make others by a name, with what is registered with each: ``self.players.register("lstm", LstmPlayer)``.

Which of several such objects is meant, the attribute says that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.types import NOTHING, Scope, Type, Types

if TYPE_CHECKING:
    from lstm_lint.project.inference import Typing

_ENOUGH = 6
"""Of more classes than that, none says much."""


def made(call: facts.Call, scope: Scope, typing: Typing) -> Types:
    """What a call makes of what was registered with its object, in the class that holds it; nothing for other calls."""
    func = call.func
    holder = walk.chain(func.value) if isinstance(func, facts.Attribute) else None
    if not isinstance(func, facts.Attribute) or scope.klass is None or holder is None:
        return NOTHING
    own, _, attr = holder.partition(".")
    first = scope.function.parameters[0].name if scope.function is not None and scope.function.parameters else ""
    factories = [t.ref for t in typing.of(func.value, scope) if isinstance(t.ref, ClassInfo) and not t.of_class]
    if own != first or not attr or "." in attr or len(factories) != 1:
        return NOTHING
    factory = factories[0]
    tables = _looked_up_in(factory.fact.functions.get(func.attr))
    found: Types = NOTHING
    for name, parameter in _registering(factory, tables):
        found |= NOTHING.union(*_registered(scope.klass, attr, name, parameter, typing))
    return found if len(found) <= _ENOUGH else NOTHING


def _looked_up_in(function: facts.FunctionFact | None) -> frozenset[str]:
    """The attributes in which a method looks up what it calls and gives back the result of."""
    if function is None:
        return frozenset()
    bound = walk.bindings(function)
    called = [each.func for each in bound.returns if isinstance(each, facts.Call)]
    makers = list(called)
    for each in called:
        makers += [binding.expr for binding in bound.names.get(each.id, ())] if isinstance(each, facts.Name) else []
    return frozenset(filter(None, (_table(each, function) for each in makers)))


def _table(expr: facts.Expr, function: facts.FunctionFact) -> str:
    """The attribute of the own object that an expression takes an entry of."""
    if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr == "get":
        return _own(expr.func.value, function)
    return _own(expr.value, function) if isinstance(expr, facts.Subscript) else ""


def _own(expr: facts.Expr, function: facts.FunctionFact) -> str:
    first = function.parameters[0].name if function.parameters else ""
    own = isinstance(expr, facts.Attribute) and walk.chain(expr) == f"{first}.{expr.attr}"
    return expr.attr if isinstance(expr, facts.Attribute) and own else ""


def _registering(factory: ClassInfo, tables: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The methods that put what they are handed in one of these tables, and which argument that is."""
    for function in factory.fact.functions.values() if tables else ():
        names = [parameter.name for parameter in function.parameters]
        for action in walk.actions(function.body):
            if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Name):
                continue
            kept = any(isinstance(t, facts.Subscript) and _table(t, function) in tables for t in action.targets)
            if kept and action.value.id in names[1:]:
                yield function.name, names.index(action.value.id) - 1


def _registered(klass: ClassInfo, attr: str, name: str, position: int, typing: Typing) -> Iterator[Types]:
    """What is handed to such a method of an object in an attribute: a class, or a function that makes an object."""
    for function in klass.fact.functions.values():
        scope = Scope(klass.module, klass, function)
        first = function.parameters[0].name if function.parameters else ""
        for call in walk.calls(function.body) if name in function.mentions else ():
            if walk.chain(call.func) != f"{first}.{attr}.{name}" or position >= len(call.arguments):
                continue
            value = call.arguments[position].value
            if isinstance(value, facts.Lambda):
                inner = Scope(klass.module, klass, value.function)
                yield from (typing.of(each, inner) for each in typing.bindings(value.function).returns)
            else:
                yield frozenset(Type(t.ref) for t in typing.of(value, scope) if t.of_class)
