"""Recurrent cells that are written out: modules whose ``forward`` makes a successor of what it is handed beside input.

torch's cells are known by their names. A gated unit of one's own, an LSTM with peepholes or a plain ``tanh`` of input
and memory is made of linear layers and bare parameters, none of which is recurrent.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

_STEPS = frozenset({"forward", "__call__", "step"})
SQUASHES = frozenset({"tanh", "relu", "sigmoid", "elu", "selu", "gelu", "silu", "mish", "leaky_relu", "softsign"})
_WHAT_IS_DONE = frozenset({"a", "act", "action", "actions", "u", "control"})
# What a world is in, too: a model of it predicts the next one, which is no memory.
_WORLDS = frozenset({"state", "states", "s"})
_AROUND = ("prev_", "last_", "old_", "new_", "next_", "_prev", "_last", "_old", "_new", "_next", "_t", "_1", "_0")


def is_cell(klass: facts.ClassFact) -> bool:
    """Whether a class, a module, is a recurrent cell written out."""
    return any(_is_step(function) for name, function in klass.functions.items() if name in _STEPS)


def _is_step(function: facts.FunctionFact) -> bool:
    names = [parameter.name for parameter in function.parameters if parameter.kind in ("posonly", "positional")]
    if len(names) < 3:  # self, the input, and what is carried
        return False
    given = [*walk.actions(function.body)]
    if not any(is_learned(names[0], expr) for action in given for expr in walk.expressions(action)):
        return False
    return any(
        _has_successor(Carried(names[0], name, {*names[1:at], *names[at + 1 :]}), given)
        for at, name in enumerate(names)
        if at and not cannot_be_state(name)
    )


def may_be_cell(klass: facts.ClassFact) -> bool:
    """Whether what a module makes of its input and a memory may be the next memory: to feed it back says so."""
    function = klass.functions.get("forward")
    if function is None:
        return False
    names = [parameter.name for parameter in function.parameters if parameter.kind in ("posonly", "positional")]
    given = [*walk.actions(function.body)]
    returned = [action.value for action in given if isinstance(action, facts.Return)]
    if len(names) < 3 or len(returned) != 1 or returned[0] is None or isinstance(returned[0], facts.Display):
        return False
    return any(
        _is_made_of_both(Carried(names[0], name, {*names[1:at], *names[at + 1 :]}), given, returned[0])
        for at, name in enumerate(names)
        if at and name not in _WORLDS and looks_like_state(name)
    )


def _is_made_of_both(carried: Carried, given: list[object], returned: facts.Expr) -> bool:
    mixed = False
    for action in given:
        if isinstance(action, facts.Assign):
            mixed = mixed or carried.mixes(action.value)
            carried.follow(action)
    return carried.mixes(returned) or (mixed and carried.comes_of_both(returned))


class Carried:
    """What a step may carry, a parameter or an attribute, and the variables that hold it or were made of it."""

    def __init__(self, first: str, name: str, others: set[str]) -> None:
        self._first, self._name, self._others = first, name, others
        self._alias = {name}
        self._derived = {name}
        self._with_input = set(others)

    def follow(self, action: facts.Assign) -> None:
        """Take in an assignment."""
        targets = set(assigned(action))
        if self.is_it(action.value):
            self._alias |= targets
        elif isinstance(action.targets[0], facts.Name):
            self._alias -= targets - {self._name}
        for names in (self._derived, self._with_input):
            if mentions(action.value, names):
                names |= targets

    def is_it(self, expr: facts.Expr) -> bool:
        """Whether an expression is what was handed in, or a part of it."""
        return walk.chain(walk.container(expr)) in self._alias

    def gates(self, expr: facts.Expr) -> bool:
        """``(1 - z) * h + z * new``, ``h + z * (new - h)``, ``torch.lerp(h, new, z)``, perhaps squashed."""
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) in SQUASHES:
            return any(self.gates(argument.value) for argument in expr.arguments)
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) == "lerp":
            return any(self.is_it(argument.value) for argument in expr.arguments)
        terms = list(_terms(expr))
        if len(terms) < 2 or not any(mentions(term, self._with_input) for term in terms):
            return False
        products = [term for term in terms if isinstance(term, facts.Operation) and term.op == "*"]
        if any(self.is_it(each) for product in products for each in product.operands):
            return True
        return any(map(self.is_it, terms)) and any(mentions(product, self._alias) for product in products)

    def mixes(self, expr: facts.Expr) -> bool:
        """``torch.tanh(self.w(x) + self.u(h))``: weights work on what is carried and on the input."""
        return self.comes_of_both(expr) and any(is_learned(self._first, each) for each in walk.expressions(expr))

    def comes_of_both(self, expr: facts.Expr) -> bool:
        """Whether what is carried and the input are in an expression, as they are or as something was made of them."""
        return mentions(expr, self._derived) and mentions(expr, self._with_input)

    def is_part_of(self, expr: facts.Expr) -> bool:
        """Whether what is carried is in an expression, as it is or as something was made of it."""
        return mentions(expr, self._derived)

    def is_memory(self) -> bool:
        """Not the state of a world beside an action, of which a model makes the next one."""
        return self._name not in _WORLDS or _WHAT_IS_DONE.isdisjoint(self._others)

    def is_named(self, name: str) -> bool:
        """Whether a variable is named as what is carried, or as the next one."""
        return _stem(name) in {_stem(each) for each in self._alias}


def _has_successor(carried: Carried, given: list[object]) -> bool:
    """Whether what comes out has, beside the output, what was carried as the input has changed it."""
    made: set[str] = set()
    mixed: set[str] = set()
    for action in given:
        if isinstance(action, facts.Return) and any(map(carried.gates, _items(action.value))):
            return True
        if not isinstance(action, facts.Assign):
            continue
        named = {name for name in assigned(action) if carried.is_named(name)}
        if carried.gates(action.value):
            made |= set(assigned(action))
        elif made and mentions(action.value, made):  # `h = o * torch.tanh(c)`
            made |= named
        elif carried.is_memory() and carried.mixes(action.value):
            mixed |= named
        carried.follow(action)
    for action in given:
        if isinstance(action, facts.Return):
            names = [item.id for item in _items(action.value) if isinstance(item, facts.Name)]
            if not made.isdisjoint(names) or (_gives_more(action.value) and not mixed.isdisjoint(names)):
                return True
    return False


def _gives_more(value: facts.Expr | None) -> bool:
    """Whether it is an output and something beside it: ``return logits, h``."""
    return isinstance(value, facts.Display) and len(value.items) > 1


def _terms(expr: facts.Expr) -> Iterator[facts.Expr]:
    if isinstance(expr, facts.Operation) and expr.op in ("+", "-") and len(expr.operands) > 1:
        for operand in expr.operands:
            yield from _terms(operand)
    else:
        yield expr


def _items(value: facts.Expr | None) -> Iterator[facts.Expr]:
    """What a return gives, one by one where it is a tuple, or a tuple in one: ``return h, (h, c)``."""
    if isinstance(value, facts.Display):
        for item in value.items:
            yield from _items(item)
    elif value is not None:
        yield value


def is_learned(first: str, expr: facts.Expr) -> bool:
    """Whether weights of the module work on something: a call of a part of it, or a product with one."""
    if isinstance(expr, facts.Call):
        root = walk.root(expr.func)
        if isinstance(expr.func, facts.Attribute) and isinstance(root, facts.Name) and root.id == first:
            return True
        return walk.last_name(expr.func) in ("linear", "matmul", "mm", "addmm", "einsum") and any(
            _is_own(first, argument.value) for argument in expr.arguments
        )
    return isinstance(expr, facts.Operation) and expr.op == "@" and any(_is_own(first, e) for e in expr.operands)


def _is_own(first: str, expr: facts.Expr) -> bool:
    root = walk.root(expr)
    return isinstance(expr, facts.Attribute) and isinstance(root, facts.Name) and root.id == first


def mentions(expr: facts.Expr, names: set[str]) -> bool:
    """Whether one of these variables, or attributes as the source writes them, is in an expression."""
    return not walk.chains(expr).isdisjoint(names)


def assigned(action: facts.Assign) -> list[str]:
    """What an assignment writes to: variables, and attributes as the source writes them."""
    named = (walk.chain(walk.container(target)) for target in walk.flat(action.targets))
    return [name for name in named if name]


def _stem(name: str) -> str:
    for around in _AROUND:
        name = name.removeprefix(around) if around.endswith("_") else name.removesuffix(around)
    return name
