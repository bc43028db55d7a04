"""Weights taken out tensor by tensor, ``[p.data for p in net.parameters()]``, and where they are put back so.

A list of parameters is made for an optimizer, a norm or a target network as well: it is a snapshot only where what is
in it is written into the network that it came from, or comes out of a pool and is written into any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.project.forms import plain
from lstm_lint.project.placed import LOADS, is_same, mentions, pairs, place_each, training_calls
from lstm_lint.project.symbols import ClassInfo

LISTING = ("parameters", "named_parameters")
_COLLECTS = frozenset({"list", "tuple", "dict", "OrderedDict", "collections.OrderedDict"})
_WRITES = frozenset({"copy_", "set_"})
PUTS = _WRITES | {"data"}
"""What writes into a tensor."""
_SAME = frozenset({"detach", "to", "clone", "cpu", "cuda"})


def listed(value: facts.Expr) -> facts.Call | None:
    """The call whose parameters a list, tuple or dict has in it as they are."""
    if isinstance(value, facts.Call) and walk.chain(value.func) in _COLLECTS and len(value.arguments) == 1:
        inner = value.arguments[0].value
        return inner if isinstance(inner, facts.Call) and _lists(inner) else listed(inner)
    if not isinstance(value, facts.Comprehension) or len(value.clauses) != 1 or value.kind == "set":
        return None
    clause = value.clauses[0]
    if not isinstance(clause.iterable, facts.Call) or not _lists(clause.iterable):
        return None
    names = [name for name, origin in _origins(clause.target, clause.iterable) if origin is clause.iterable]
    return clause.iterable if any(_is_plain(value.element, name) for name in names) else None


@by_node
def gathered(value: facts.Expr) -> tuple[facts.Expr, ...]:
    """The networks whose parameters a list has in it, one after the other: ``[*a.parameters(), *b.parameters()]``.

    Nothing where there is something else in it too.
    """
    parts = _gathered(value)
    return tuple(each for each in parts if each is not None) if None not in parts else ()


def _gathered(value: facts.Expr) -> list[facts.Expr | None]:
    """The same, with None for what is something else."""
    if isinstance(value, facts.Operation) and value.op == "+":
        return [each for operand in value.operands for each in _gathered(operand)]
    if isinstance(value, facts.Display):
        parts = [_iterated(item.value) if isinstance(item, facts.Starred) else [None] for item in value.items]
        return [each for part in parts for each in part]
    if isinstance(value, facts.Call) and walk.chain(value.func) in _COLLECTS and len(value.arguments) == 1:
        return _iterated(value.arguments[0].value)
    call = listed(value)
    return [_network_of(call)] if call is not None else [None]


def _iterated(value: facts.Expr) -> list[facts.Expr | None]:
    """The networks whose parameters come out one by one."""
    if isinstance(value, facts.Call) and _lists(value):
        return [_network_of(value)]
    if isinstance(value, facts.Call) and walk.last_name(value.func) == "chain":
        return [each for argument in value.arguments for each in _iterated(argument.value)]
    return _gathered(value)


def _network_of(call: facts.Call) -> facts.Expr | None:
    return call.func.value if isinstance(call.func, facts.Attribute) else None


def _lists(call: facts.Call) -> bool:
    return isinstance(call.func, facts.Attribute) and call.func.attr in LISTING and not call.arguments


def _is_plain(element: facts.Expr, name: str) -> bool:
    """Whether an element is the parameter of that name, or another view of its memory."""
    while isinstance(element, facts.Call) and isinstance(element.func, facts.Attribute):
        if element.func.attr != "detach" or element.arguments:
            return False
        element = element.func.value
    return walk.chain(element) in (name, f"{name}.data")


def is_put_back(klass: ClassInfo, name: str, holder: facts.Expr) -> bool:
    """Whether an attribute of a class that trains is written into the parameters that it was made of."""
    trains = any(
        any(training_calls(list(place_each(function.body)), walk.chain(holder)))
        for function in klass.fact.functions.values()
    )
    return trains and PutBack(actions_of(klass, name)).into_its_own(name, holder)


def actions_of(klass: ClassInfo, name: str) -> list[object]:
    """What the methods of a class do that name an attribute."""
    last = name.rpartition(".")[2]
    bodies = [function.body for function in klass.fact.functions.values() if last in function.mentions]
    return [action for body in bodies for action in walk.actions(body)]


class PutBack:
    """What some bodies write into the parameters of networks, tensor by tensor."""

    def __init__(self, actions: Sequence[object]) -> None:
        self._actions = actions
        self._origins: dict[str, list[facts.Expr]] = {}
        for action in actions:
            for name, origin in _origins(action.target, action.iterable) if isinstance(action, facts.Iterate) else ():
                self._origins.setdefault(name, []).append(origin)
        self._loads = [load for action in actions for load in _loads(action)]
        self._writes = [each for action in actions for each in _writes(action) if self._network(each.into) is not None]

    def into_its_own(self, name: str, holder: facts.Expr) -> bool:
        """Whether all that a variable or attribute holds is written into the parameters that it was made of.

        Not where these get other tensors meanwhile, ``p.data = shadow[n]``: then it holds the old ones.
        """
        own = walk.chain(holder)
        back = [write for write in self._writes if self._comes_from(write.value, name)]
        if own is None or any(write.rebinds for write in self._writes if write not in back):
            return False
        loaded = [each.owner for each in self._loads if walk.chain(each.value) == name]
        return any(is_same(network, own) for network in (*loaded, *(self._network(write.into) or "" for write in back)))

    def out_of(self, pool: str) -> bool:
        """Whether what is taken out of a collection is written into the parameters of a network."""
        drawn = {
            target.id
            for action in self._actions
            if isinstance(action, facts.Assign)
            for target, value in pairs(action)
            if isinstance(target, facts.Name) and target.id != pool and mentions(value, pool)
        }
        names = (pool, *sorted(drawn))
        if any(write.rebinds for write in self._writes):
            return False
        loaded = any(walk.chain(walk.container(each.value)) in names for each in self._loads)
        return loaded or any(self._comes_from(write.value, name) for write in self._writes for name in names)

    def _network(self, into: facts.Expr) -> str | None:
        """The network whose parameter a variable is, in loops over all of them and nothing else."""
        networks = {self._listed_in(origin) for origin in self._origins.get(walk.chain(into) or "", ())}
        return networks.pop() if len(networks) == 1 else None

    def _listed_in(self, origin: facts.Expr) -> str | None:
        if isinstance(origin, (facts.Name, facts.Attribute)):
            made = [value for target, value in self._assigned() if walk.chain(target) == walk.chain(origin)]
            call = listed(made[0]) if len(made) == 1 else None
        else:
            call = origin if isinstance(origin, facts.Call) and _lists(origin) else listed(origin)
        network = _network_of(call) if call is not None else None
        return walk.chain(network) if network is not None else None

    def _assigned(self) -> Iterator[tuple[facts.Expr, facts.Expr]]:
        for action in self._actions:
            if isinstance(action, facts.Assign):
                yield from pairs(action)

    def _comes_from(self, value: facts.Expr, name: str) -> bool:
        """Whether a tensor is an entry of what is called so."""
        value = plain(value, _SAME)
        if isinstance(value, facts.Subscript):
            return walk.chain(value.value) == name
        return {walk.chain(origin) for origin in self._origins.get(walk.chain(value) or "", ())} == {name}


class _Write(NamedTuple):
    into: facts.Expr
    value: facts.Expr
    rebinds: bool
    """Whether the parameter gets another tensor, and the one that it had is left as it is."""


class _Load(NamedTuple):
    owner: str
    value: facts.Expr


def _loads(action: object) -> Iterator[_Load]:
    """``net.load_state_dict(kept)``."""
    for call in walk.calls_in(action):
        if isinstance(call.func, facts.Attribute) and call.func.attr in LOADS and call.arguments:
            yield _Load(walk.chain(call.func.value) or "", call.arguments[0].value)


def _writes(action: object) -> Iterator[_Write]:
    """``p.data.copy_(old)`` and ``p.data = old``; not ``p.data = p.data.to(device)``."""
    return (each for each in _all_writes(action) if walk.chain(plain(each.value, _SAME)) != walk.chain(each.into))


def _all_writes(action: object) -> Iterator[_Write]:
    for call in walk.calls_in(action):
        if isinstance(call.func, facts.Attribute) and call.func.attr in _WRITES and call.arguments:
            yield _Write(_tensor(call.func.value), call.arguments[0].value, call.func.attr == "set_")
    for target, value in pairs(action) if isinstance(action, facts.Assign) else ():
        if isinstance(target, facts.Attribute) and target.attr == "data":
            yield _Write(target.value, value, True)


def _tensor(expr: facts.Expr) -> facts.Expr:
    return expr.value if isinstance(expr, facts.Attribute) and expr.attr == "data" else expr


def _origins(target: facts.Expr, iterable: facts.Expr) -> Iterator[tuple[str, facts.Expr]]:
    """The variables of a loop over tensors, each with what it is an entry of."""
    func = iterable.func if isinstance(iterable, facts.Call) else None
    given = [each.value for each in iterable.arguments] if isinstance(iterable, facts.Call) else []
    name = walk.last_name(func) if func is not None else ""
    parts = target.items if isinstance(target, facts.Display) else ()
    if name == "zip" and len(parts) == len(given):
        for part, each in zip(parts, given, strict=True):
            yield from _origins(part, each)
    elif name == "enumerate" and len(parts) == 2 and given:
        yield from _origins(parts[1], given[0])
    elif name in ("items", "values") and isinstance(func, facts.Attribute):
        yield from _origins(parts[1] if len(parts) == 2 else target, func.value)
    elif name == "named_parameters" and len(parts) == 2:
        yield walk.chain(parts[1]) or "", iterable
    elif isinstance(target, facts.Name):
        yield target.id, iterable
