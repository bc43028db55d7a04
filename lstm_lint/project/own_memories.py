"""Recurrent cells that are written out and keep what they carry themselves: no parameter of a step, an attribute.

``self.v = (1 - a) * self.v + a * torch.tanh(self.w(x) + self.u(self.v))``: weights work on what was kept and on the
input, and the outcome is kept in its place. An output that is kept to be looked at, and an average of the inputs are
none, for no weights work on them; nor is the last action, which is what was done whatever the weights are. Weights are
layers and what the module calls of its own, and bare parameters: ``self.v @ self.J.t()``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.forms import plain
from lstm_lint.project.handwritten import SQUASHES, Carried, assigned, is_learned, mentions
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

_LAYERS = frozenset({"Linear", "LazyLinear", "Bilinear", "Conv1d", "Conv2d", "Conv3d"})
_COPIES = frozenset({"detach", "clone"})
_PRODUCTS = frozenset({"linear", "matmul", "mm", "mv", "bmm", "addmm", "addmv", "einsum"})
_LAST = re.compile(r"^_?(last|prev|previous|old)(_|\d|$)")


class OwnMemories:
    """The attributes in which modules keep the state that their own weights advance; each class asked once."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._of: dict[ClassRef, frozenset[str]] = {}

    def of(self, ref: ClassRef) -> frozenset[str]:
        """Those of one class, and of what it derives from."""
        found = self._of.get(ref)
        if found is None:
            found = self._of[ref] = frozenset(self._found(ref, True))
        return found

    def by_weights(self, ref: ClassRef) -> frozenset[str]:
        """Those of them that parameters or plain layers work on, and not just any call of the module's own."""
        return frozenset(self._found(ref, False)) if self.of(ref) else frozenset()

    def _found(self, ref: ClassRef, calls: bool) -> Iterator[str]:
        if not self._classes.is_a(ref, "torch.nn.Module"):
            return
        above = [base for base in self._classes.lineage(ref) if isinstance(base, ClassInfo)]
        functions = [function for base in above for function in base.fact.functions.values()]
        weights = Weights(
            frozenset(name for function in functions for name in _made(function, {"Parameter"})),
            None if calls else frozenset(name for function in functions for name in _made(function, _LAYERS)),
        )
        for base in above:
            for name, function in base.fact.functions.items():
                yield from kept(function, weights) if name != "__init__" else ()


class Weights(NamedTuple):
    """What works on what a module keeps: bare parameters, and layers, or whatever the module calls of its own."""

    parameters: frozenset[str]
    layers: frozenset[str] | None

    def within(self, first: str, given: Iterable[facts.Assign], inputs: set[str]) -> set[str]:
        """The parameters as a step writes them, and its variables made of them alone: ``J = self.J * mask``."""
        names = {f"{first}.{name}" for name in self.parameters}
        for action in given:
            if mentions(action.value, names) and not mentions(action.value, inputs):
                names |= {name for name in assigned(action) if "." not in name}
        return names

    def call(self, first: str, call: facts.Call) -> bool:
        """Whether a call is one of a layer, or of whatever else may have weights."""
        if self.layers is None:
            return is_learned(first, call)
        return (walk.chain(call.func) or "").removeprefix(f"{first}.") in self.layers


class Worked:
    """What the weights of a module work on in one step."""

    def __init__(self, weights: Weights, first: str, given: list[facts.Assign], inputs: set[str]) -> None:
        self._weights, self._first = weights, first
        self._names = weights.within(first, given, inputs)

    def on(self, value: facts.Expr, carried: Carried) -> bool:
        """Whether weights work on what was kept in an expression, or on something made of it."""
        return any(
            (isinstance(expr, facts.Call) and self._weights.call(self._first, expr) and _goes_in(expr, carried))
            or self._multiplies(expr, carried)
            for expr in walk.expressions(value)
        )

    def _multiplies(self, expr: facts.Expr, carried: Carried) -> bool:
        """``self.v @ self.J.t()``, ``torch.matmul(self.J * self.mask, self.v)``."""
        factors: tuple[facts.Expr, ...] = ()
        if isinstance(expr, facts.Operation) and expr.op == "@":
            factors = expr.operands
        elif isinstance(expr, facts.Call) and walk.last_name(expr.func) in _PRODUCTS:
            on = (expr.func.value,) if isinstance(expr.func, facts.Attribute) else ()
            factors = (*on, *(argument.value for argument in expr.arguments))
        kept = [carried.is_part_of(each) for each in factors]
        return any(kept) and any(
            mentions(each, self._names) for each, is_kept in zip(factors, kept, strict=True) if not is_kept
        )


def _goes_in(call: facts.Call, carried: Carried) -> bool:
    return any(carried.is_part_of(argument.value) for argument in call.arguments)


def _made(function: facts.FunctionFact, kinds: Collection[str]) -> Iterator[str]:
    """The attributes of its object that a method puts something of these kinds in."""
    own = f"{function.parameters[0].name}." if function.parameters else ""
    for action in walk.actions(function.body):
        value = action.value if isinstance(action, facts.Assign) else None
        if isinstance(action, facts.Assign) and isinstance(value, facts.Call) and walk.last_name(value.func) in kinds:
            yield from (name.removeprefix(own) for name in assigned(action) if own and name.startswith(own))


def kept(function: facts.FunctionFact, weights: Weights) -> frozenset[str]:
    """The attributes that a step makes anew of what was in them and of its input."""
    names = [parameter.name for parameter in function.parameters if parameter.kind in ("posonly", "positional")]
    if len(names) < 2:  # self, and the input
        return frozenset()
    given = [written for action in walk.actions(function.body) if (written := _plain(action)) is not None]
    own = [name.removeprefix(f"{names[0]}.") for action in given for name in assigned(action) if "." in name]
    may_be = {attr for attr in own if "." not in attr and _may_be_kept(attr)}
    inputs = set(names[1:])
    worked = Worked(weights, names[0], given, inputs)
    return frozenset(attr for attr in may_be if _is_carried(names[0], attr, inputs, given, worked))


def _plain(action: object) -> facts.Assign | None:
    """An assignment, ``self.v += x`` as what it comes to."""
    if isinstance(action, facts.Augment):
        both = facts.Operation(action.op, (action.target, action.value), action.target.span)
        return facts.Assign((action.target,), both)
    return action if isinstance(action, facts.Assign) else None


def _may_be_kept(attr: str) -> bool:
    """Whether the name does not say that it is what went in last, or came out."""
    if looks_like_state(attr) or len(attr.strip("_")) == 1:
        return True
    return not cannot_be_state(attr) and _LAST.search(attr) is None


def _is_carried(first: str, attr: str, inputs: set[str], given: list[facts.Assign], worked: Worked) -> bool:
    own = f"{first}.{attr}"
    carried = Carried(first, own, inputs)
    felt: set[str] = set()  # what weights have made of what was kept
    made: set[str] = set()  # the next of it
    for action in given:
        targets = set(assigned(action))
        is_felt = mentions(action.value, felt) or worked.on(action.value, carried)
        is_made = mentions(action.value, made) or (
            is_felt and carried.comes_of_both(action.value) and (carried.gates(action.value) or _squashes(action.value))
        )
        if own in targets and is_made:
            return True
        felt |= targets if is_felt else set()
        made |= targets if is_made else set()
        carried.follow(action)
    return False


def _squashes(value: facts.Expr) -> bool:
    """Whether a value is, or is computed of, something with a bound: ``torch.tanh(…)``, ``o * c.tanh()``."""
    if isinstance(value, facts.Operation):
        return any(map(_squashes, value.operands))
    value = plain(value, _COPIES)
    return isinstance(value, facts.Call) and walk.last_name(value.func) in SQUASHES
