"""What containers are built as, and whether what is written under a key is the first that stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.kept import CONSTRUCTORS
from lstm_lint.typestate import read_before
from lstm_lint.typestate.atoms import test_atom

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def is_dict(run: Interpreter, container: facts.Expr) -> bool:
    """Whether a container is built as a dict."""
    return any(binding.how == "value" and _makes_dict(binding.expr) for binding in _bound(run, container))


def exchanges(run: Interpreter, target: facts.Subscript, state: State) -> bool:
    """Whether something stands already where an entry is written.

    So it does in a list. A dict may get a new key; not where it has all its keys from the start, or where a test says
    that it has this one.
    """
    if any(binding.how == "value" and _makes_list(binding.expr) for binding in _bound(run, target.value)):
        return True
    if not is_dict(run, target.value):
        return False
    known = _has_key(run, target, state)
    if known is not None:
        return known
    return _is_full(run, target.value) or read_before.is_known(run.frame.body, target)


def _has_key(run: Interpreter, target: facts.Subscript, state: State) -> bool | None:
    """What a test on this path said of the key: ``if name in self.nets``; None: nothing."""
    for op in ("in", "not in"):
        atom, _ = test_atom(run, facts.Operation(op, (target.index, target.value), target.span), state)
        said = None if atom is None else state.guards.get(atom)
        if said is not None:
            return said is (op == "in")
    return None


def _is_full(run: Interpreter, container: facts.Expr) -> bool:
    """Whether a dict has its entries from the start: where it is built, or filled in the constructor."""
    made = [b.expr for b in _bound(run, container) if b.how == "value" and _makes_dict(b.expr)]
    if all(
        isinstance(expr, facts.Comprehension) or (isinstance(expr, facts.DictDisplay) and expr.items) for expr in made
    ):
        return True
    klass = run.frame.klass
    if not isinstance(container, facts.Attribute) or klass is None:
        return False
    first = [function for name, function in klass.fact.functions.items() if name in CONSTRUCTORS]
    return any(
        isinstance(target, facts.Subscript)
        and isinstance(target.value, facts.Attribute)
        and target.value.attr == container.attr
        for function in first
        for action in walk.actions(function.body)
        if isinstance(action, facts.Assign)
        for target in action.targets
    )


def _makes_dict(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in ("dict", "defaultdict", "OrderedDict", "WeakKeyDictionary")
    return isinstance(expr, facts.DictDisplay) or (isinstance(expr, facts.Comprehension) and expr.kind == "dict")


def _bound(run: Interpreter, container: facts.Expr) -> list[walk.Binding]:
    """What a variable, or an attribute of the class that is run, is bound to."""
    if isinstance(container, facts.Attribute):
        klass = run.frame.klass
        functions = klass.fact.functions.values() if klass is not None else ()
        return [b for f in functions for b in run.project.typing.bindings(f).attributes.get(container.attr, [])]
    if not isinstance(container, facts.Name):
        return []
    function = run.frame.function
    bound = run.project.typing.bindings(function).names if function is not None else {}
    if container.id in bound:
        return bound[container.id]
    return run.project.typing.module_bindings(run.frame.module).names.get(container.id, [])


def _makes_list(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Operation) and expr.op in ("*", "+"):
        return any(map(_makes_list, expr.operands))
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in ("list", "ModuleList")
    if isinstance(expr, facts.Display):
        return expr.kind == "list"
    return isinstance(expr, facts.Comprehension) and expr.kind == "list"
