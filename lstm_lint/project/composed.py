"""Networks that are put together of parts where they are made: of what libraries have for it, or of a class in view.

``policy = TensorDictSequential(feature, lstm, head)`` is recurrent because one of its parts is, whatever type it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.inference import SAME_OBJECT
from lstm_lint.project.keyed import is_class_in, takes_keys
from lstm_lint.project.receivers import Known
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Variable
from lstm_lint.project.types import Scope
from lstm_lint.project.wrapping import wraps

if TYPE_CHECKING:
    from lstm_lint.project import Project

_MODULE = "torch.nn.Module"
_FAR = 8


def composed(project: Project, expr: facts.Expr, scope: Scope) -> Known | None:
    """What an object is that is asked for its weights, where all that it is in view has a recurrent part."""
    made = isinstance(expr, (facts.Name, facts.Attribute)) and _is_made_of(project, expr, scope, _FAR)
    return Known(frozenset({_MODULE}), "inferred") if made else None


def _are_made_of(project: Project, values: list[tuple[facts.Expr, Scope]], far: int) -> bool:
    return bool(values) and all(_is_made_of(project, value, there, far) for value, there in values)


def _is_made_of(project: Project, expr: facts.Expr, scope: Scope, far: int) -> bool:
    """Whether an expression makes a network of which a part is recurrent, or stands for one that was made so."""
    if far <= 0:
        return False
    if isinstance(expr, (facts.Name, facts.Attribute)):
        return _are_made_of(project, list(_values(project, expr, scope)), far - 1)
    if not isinstance(expr, facts.Call):
        return False
    if isinstance(expr.func, facts.Attribute) and expr.func.attr in SAME_OBJECT:
        return _is_made_of(project, expr.func.value, scope, far)
    symbol = project.typing.callee(expr.func, scope)
    if isinstance(symbol, External) and wraps(symbol.dotted) and expr.arguments:
        return _is_made_of(project, expr.arguments[0].value, scope, far)
    if isinstance(symbol, FunctionInfo):
        there = Scope(symbol.module, symbol.klass, symbol.fact)
        returned = project.typing.bindings(symbol.fact).returns
        return _are_made_of(project, [(each, there) for each in returned], far - 1)
    if not _takes_parts(project, symbol):
        return False
    return any(_is_recurrent(project, part, scope, far) for part in _parts(expr))


def _takes_parts(project: Project, symbol: object) -> bool:
    """Whether what is called is a class of modules that may have others in them."""
    if isinstance(symbol, ClassInfo):
        return project.classes.is_a(symbol, _MODULE)
    return isinstance(symbol, External) and takes_parts(symbol.dotted)


def takes_parts(name: str) -> bool:
    """Whether a library's class of this name is made of modules, as far as its name says."""
    return takes_keys(name) or is_class_in(name, "torch.nn.")


def is_made_anew(name: str) -> bool:
    """Whether a library's class of this name makes a network, which is no later form of what it is given: its widths.

    ``nn.Parameter(weight)`` and its kin are made of tensors and still have what was in them.
    """
    return takes_parts(name) and re.search(r"Param|Buffer", name.rpartition(".")[2]) is None


def _parts(call: facts.Call) -> Iterator[facts.Expr]:
    """What a call is given, and what is in the lists and dicts among it."""
    todo = [argument.value for argument in call.arguments]
    while todo:
        part = todo.pop()
        if isinstance(part, facts.Display):
            todo.extend(part.items)
        elif isinstance(part, facts.DictDisplay):
            todo.extend(value for _, value in part.items)
        else:
            yield part


def _is_recurrent(project: Project, part: facts.Expr, scope: Scope, far: int) -> bool:
    types = [t for t in project.typing.of(part, scope) if not t.of_class and not t.arguments]
    if any(project.recurrence.of(t.ref) == "yes" and project.classes.is_a(t.ref, _MODULE) for t in types):
        return True
    return _is_made_of(project, part, scope, far - 1)


def _values(project: Project, expr: facts.Expr, scope: Scope) -> Iterator[tuple[facts.Expr, Scope]]:
    """What a variable or an attribute is given in view, with where that stands."""
    if isinstance(expr, facts.Attribute):
        for t in project.typing.of(expr.value, scope):
            for fact in t.ref.fact.functions.values() if isinstance(t.ref, ClassInfo) else ():
                there = Scope(t.ref.module, t.ref, fact) if isinstance(t.ref, ClassInfo) else scope
                for binding in project.typing.bindings(fact).attributes.get(expr.attr, ()):
                    yield from _bound(project, binding, there)
    elif isinstance(expr, facts.Name):
        bound = project.typing.bindings(scope.function).names.get(expr.id, ()) if scope.function is not None else ()
        if bound or (scope.function is not None and project.typing.is_local(expr.id, scope)):
            for binding in bound:
                yield from _bound(project, binding, scope)
            return
        symbol = project.symbols.resolve(scope.module, expr.id)
        if isinstance(symbol, Variable):
            for binding in project.typing.module_bindings(symbol.module).names.get(symbol.name, ()):
                yield from _bound(project, binding, Scope(symbol.module))


def _bound(project: Project, binding: walk.Binding, scope: Scope) -> Iterator[tuple[facts.Expr, Scope]]:
    """A value that a variable is given, unless it is None; of several that a function returns the one in its place."""
    if binding.how == "item" and isinstance(binding.expr, facts.Call):
        symbol = project.typing.callee(binding.expr.func, scope)
        if isinstance(symbol, FunctionInfo):
            there = Scope(symbol.module, symbol.klass, symbol.fact)
            for returned in project.typing.bindings(symbol.fact).returns:
                if isinstance(returned, facts.Display) and 0 <= binding.index < len(returned.items):
                    yield returned.items[binding.index], there
                else:
                    yield returned, there
            return
    if binding.how != "annotation" and not walk.is_none(binding.expr):
        yield binding.expr, scope
