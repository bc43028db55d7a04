"""Which of the classes that a name may stand for fit what a function does with an instance.

``self.alg: PPO = eval(cfg["algorithm"])(policy)``: what that is declared to be, or else the classes that have all that
is read of it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.annotations import Annotations
from lstm_lint.project.classes import Classes
from lstm_lint.project.reads import EVERYBODY, members, read_of, read_of_own
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import NOTHING, Scope, Types

SAME_OBJECT = frozenset({"to", "cuda", "cpu", "eval", "train", "float", "double", "half", "share_memory"})


class Fitting:
    """Reads what becomes of the instances of a class that is looked up."""

    def __init__(self, classes: Classes, annotations: Annotations) -> None:
        self._classes = classes
        self._annotations = annotations

    def fit(self, found: Sequence[ClassInfo], lookup: facts.Expr, scope: Scope) -> list[ClassInfo]:
        """Those that fit. Where too little is said to tell, the networks among them."""
        networks = [klass for klass in found if self._classes.is_a(klass, "torch.nn.Module")]
        function = scope.function
        if function is None:
            return networks
        made = list(_made(lookup, function))
        declared = self._declared(lookup, made, scope)
        if declared:
            return [klass for klass in found if any(self._classes.is_a(klass, t.ref) for t in declared)] or networks
        return self._having(found, made, scope) or networks

    def declared(self, lookup: facts.Expr, scope: Scope) -> list[ClassInfo]:
        """The classes that the code says one of: what is declared, and all below it."""
        function = scope.function
        types = self._declared(lookup, list(_made(lookup, function)), scope) if function is not None else NOTHING
        refs = sorted((t.ref for t in types if isinstance(t.ref, ClassInfo)), key=lambda ref: ref.fact.qualname)
        return [klass for ref in refs for klass in (ref, *self._classes.subclasses(ref))]

    def _having(self, found: Sequence[ClassInfo], made: list[facts.Call], scope: Scope) -> list[ClassInfo]:
        """Those that have all that is read of an instance and take what it is made with; none where nothing is."""
        names = frozenset[str]().union(*(_read(call, scope) for call in made)) - EVERYBODY
        fitting = [klass for klass in found if names and names <= members(self._classes, klass)]
        return [klass for klass in fitting if all(self._takes(klass, call) for call in made)]

    def _takes(self, klass: ClassInfo, call: facts.Call) -> bool:
        """Whether the constructor of a class takes what a call hands it, as far as both are spelt out."""
        method = self._classes.method(klass, "__init__")
        if not isinstance(method, FunctionInfo):
            return True
        parameters = method.fact.parameters[1:]
        kinds = {parameter.kind for parameter in parameters}
        plain = [p for p in parameters if p.kind in ("posonly", "positional")]
        given = [a for a in call.arguments if not a.keyword and not a.star]
        keywords = {a.keyword for a in call.arguments if a.keyword}
        if (len(given) > len(plain) and "star" not in kinds) or (
            "doublestar" not in kinds and not keywords <= {p.name for p in parameters}
        ):
            return False
        needed = {p.name for p in plain[len(given) :] if p.default is None}
        return needed <= keywords or any(a.star for a in call.arguments)

    def _declared(self, lookup: facts.Expr, made: list[facts.Call], scope: Scope) -> Types:
        """The project's classes that the class or its instances are declared to be of."""
        function = scope.function
        assert function is not None
        said = [action.annotation for action in walk.actions(function.body) for node in (lookup, *made)
                if isinstance(action, facts.Assign) and _plain(action.value) is node]  # fmt: skip
        if any(_plain(value) is call for value in walk.bindings(function).returns for call in made):
            said.append(function.returns)
        types = frozenset().union(*(self._annotations.types(each, scope) for each in said))
        return frozenset(t for t in types if isinstance(t.ref, ClassInfo))


def _made(lookup: facts.Expr, function: facts.FunctionFact) -> Iterator[facts.Call]:
    """The calls of the class that a lookup gives: at once, or under the only name that it is bound to."""
    names = {name for name, bound in walk.bindings(function).names.items()
             if [each.expr for each in bound if each.how != "annotation"] == [lookup]}  # fmt: skip
    for call in walk.calls(function.body):
        if call.func is lookup or (isinstance(call.func, facts.Name) and call.func.id in names):
            yield call


def _read(call: facts.Call, scope: Scope) -> frozenset[str]:
    """What is read of the object that a call makes, under the names that it is bound to."""
    found: set[str] = set()
    function, klass = scope.function, scope.klass
    returned = {each.id for each in walk.bindings(function).returns if isinstance(each, facts.Name)} if function else ()
    for action in walk.actions(function.body) if function is not None else ():
        if not isinstance(action, facts.Assign) or _plain(action.value) is not call:
            continue
        for target in action.targets:
            if isinstance(target, facts.Name) and function is not None:
                found |= read_of(function, target.id)
                found |= _read_of_result(function, klass) if klass is not None and target.id in returned else set()
            elif isinstance(target, facts.Attribute) and klass is not None and _is_own(target):
                found |= read_of_own(klass, target.attr)
    return frozenset(found)


def _read_of_result(function: facts.FunctionFact, klass: ClassInfo) -> frozenset[str]:
    """What a class reads of the attributes that keep what one of its methods returns."""
    found: frozenset[str] = frozenset()
    for method in klass.fact.functions.values():
        for attr, bound in walk.bindings(method).attributes.items():
            calls = (each.expr for each in bound if isinstance(each.expr, facts.Call))
            if any(walk.chain(call.func) == f"self.{function.name}" for call in calls):
                found |= read_of_own(klass, attr)
    return found


def _is_own(target: facts.Attribute) -> bool:
    return isinstance(target.value, facts.Name) and target.value.id == "self"


def _plain(expr: facts.Expr) -> facts.Expr:
    """An object without what only says where it is kept: ``make(n)`` of ``make(n).to(device).eval()``."""
    while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in SAME_OBJECT:
        expr = expr.func.value
    return expr
