"""Values that are surely no object of the project: lists and sets, numbers and text, arrays of a computing library.

``seen = set()`` and ``seen.add(cell)``: what classes of the project have as ``add`` is not called there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.inference import Typing
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Module, Symbols, Variable
from lstm_lint.project.types import Scope

_BUILT = frozenset({"set", "dict", "list", "tuple", "frozenset", "str", "int", "float", "bool", "len", "range"})
_BUILT_OF = frozenset({"sorted", "enumerate", "zip", "round", "abs", "bytes", "bytearray", "open", "input"})
_COLLECTIONS = frozenset({"deque", "defaultdict", "Counter", "OrderedDict"})
_ENTRIES = frozenset({"choice", "load"})
"""What numpy gives out of what it is handed, or of a file: that may be anything."""
_TENSORS = frozenset({"arange", "as_tensor", "cat", "empty", "eye", "from_numpy", "full", "linspace", "ones"})
_TENSORS |= {"ones_like", "rand", "randint", "randn", "randperm", "stack", "tensor", "where", "zeros", "zeros_like"}
_SAME = frozenset({"copy", "keys", "values", "items", "union", "difference", "intersection", "split", "strip"})
_BY_NAME = frozenset({"setattr", "__setattr__", "__dict__", "vars", "globals"})
"""With these code gives an object attributes, or a module variables, that no target names."""


class PlainData:
    """Asks for each expression once."""

    def __init__(
        self, symbols: Symbols, typing: Typing, functions: Sequence[FunctionInfo], modules: Sequence[Module]
    ) -> None:
        self._symbols = symbols
        self._typing = typing
        self._functions = functions
        self._modules = modules
        self._known: dict[tuple[int, int, int], bool] = {}

    def is_plain(self, expr: facts.Expr, scope: Scope) -> bool:
        """Whether the value of an expression has no class of the project, whatever path was taken to it."""
        key = (id(expr), id(scope.function), id(scope.klass))
        if key not in self._known:
            self._known[key] = True  # what is made of itself and of plain data is plain
            self._known[key] = self._is_plain(expr, scope)
        return self._known[key]

    def _is_plain(self, expr: facts.Expr, scope: Scope) -> bool:
        if isinstance(expr, facts.Name):
            return self._is_plain_name(expr.id, scope)
        if isinstance(expr, facts.Attribute):
            return self._is_plain_attribute(expr, scope)
        if isinstance(expr, facts.Call):
            return self._makes_plain(expr, scope)
        if isinstance(expr, facts.Operation):
            return all(self.is_plain(each, scope) for each in expr.operands)
        if isinstance(expr, facts.Conditional):
            return self.is_plain(expr.then, scope) and self.is_plain(expr.orelse, scope)
        return isinstance(expr, (facts.Constant, facts.Display, facts.DictDisplay, facts.Comprehension))

    def _is_plain_name(self, name: str, scope: Scope) -> bool:
        function = scope.function
        if function is not None and self._typing.is_local(name, scope):
            if any(parameter.name == name for parameter in function.parameters) or name in self._nonlocals:
                return False
            return self._are_plain(self._typing.bindings(function).names.get(name, []), scope)
        found = self._symbols.resolve(scope.module, name)
        if not isinstance(found, Variable) or name in self._given_from_outside:
            return False  # by a module that imports this one
        if any(name in each.fact.globals for each in self._functions):
            return False
        return self._are_plain(self._typing.module_bindings(found.module).names.get(name, []), Scope(found.module))

    def _is_plain_attribute(self, expr: facts.Attribute, scope: Scope) -> bool:
        """An attribute of ``self`` that all methods, and no code from outside, give plain data."""
        function, klass = scope.function, scope.klass
        first = function.parameters[0].name if function is not None and function.parameters else None
        if klass is None or walk.chain(expr.value) != first or expr.attr in self._given_from_outside:
            return False
        classes = self._typing.classes
        around = dict.fromkeys(b for each in (klass, *classes.subclasses(klass)) for b in classes.lineage(each))
        if any(isinstance(each, str) and each != "object" for each in around):
            return False
        bound = list(self._bound_in((each for each in around if isinstance(each, ClassInfo)), expr.attr))
        return bool(bound) and all(self._are_plain(values, where) for values, where in bound)

    def _bound_in(self, classes: Iterator[ClassInfo], attr: str) -> Iterator[tuple[list[walk.Binding], Scope]]:
        for klass in classes:
            if any(not _BY_NAME.isdisjoint(function.mentions) for function in klass.fact.functions.values()):
                yield [], Scope(klass.module, klass)
            if attr in klass.fact.functions or attr in klass.fact.annotations or attr in klass.fact.assignments:
                yield [], Scope(klass.module, klass)
            for function in klass.fact.functions.values():
                values = self._typing.bindings(function).attributes.get(attr)
                if values:
                    yield values, Scope(klass.module, klass, function)

    def _are_plain(self, bound: list[walk.Binding], scope: Scope) -> bool:
        """Whether all of these are, and not only None, which stands for what comes later."""
        values = [each for each in bound if each.how != "annotation" and not _is_none(each.expr)]
        return bool(values) and all(each.how == "value" and self.is_plain(each.expr, scope) for each in values)

    def _makes_plain(self, call: facts.Call, scope: Scope) -> bool:
        func = call.func
        found = self._typing.callee(func, scope)
        if isinstance(found, External):
            root, _, name = found.dotted.partition(".")
            last = name.rpartition(".")[2]
            if root == "torch":
                return name in _TENSORS
            return last in _COLLECTIONS if root == "collections" else root == "math" or _of_numpy(root, last)
        if found is not None:
            return False
        if isinstance(func, facts.Name):
            is_builtin = not self._typing.is_local(func.id, scope) and not self._symbols.resolve(scope.module, func.id)
            return is_builtin and func.id in _BUILT | _BUILT_OF
        return isinstance(func, facts.Attribute) and func.attr in _SAME and self.is_plain(func.value, scope)

    @cached_property
    def _nonlocals(self) -> frozenset[str]:
        """The variables that functions bind for the functions around them."""
        return frozenset().union(*(each.fact.nonlocals for each in self._functions))

    @cached_property
    def _given_from_outside(self) -> frozenset[str]:
        """The attributes that some code gives to another object than its own."""
        found: set[str] = set()
        every: list[facts.FunctionFact | facts.ModuleFacts] = [each.fact for each in self._functions]
        every += [each.facts for each in self._modules]
        for code in every:
            own = code.parameters[0].name if isinstance(code, facts.FunctionFact) and code.parameters else ""
            for action in walk.actions(code.body):
                given = (t for t in walk.flat(_targets(action)) if isinstance(t, facts.Attribute))
                found.update(target.attr for target in given if walk.chain(target.value) != own)
            if not _BY_NAME.isdisjoint(code.mentions):
                found.update(_texts(code.body))
        return frozenset(found)


def _of_numpy(root: str, name: str) -> bool:
    return root == "numpy" and name not in _ENTRIES


def _is_none(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Constant) and expr.value is None


def _targets(action: object) -> tuple[facts.Expr, ...]:
    """What an action binds, of whatever kind it is."""
    if isinstance(action, facts.Assign):
        return action.targets
    target = action.target if isinstance(action, (facts.Enter, facts.Iterate)) else None
    return () if target is None else (target,)


def _texts(body: Shape) -> Iterator[str]:
    for action in walk.actions(body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Constant) and isinstance(expr.value, str):
                yield expr.value
