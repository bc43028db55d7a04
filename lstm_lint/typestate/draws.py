"""Snapshots that are drawn from a pool of them: old weights, whoever they were copied from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.types import Type, Types
from lstm_lint.typestate import records
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.paths import Local, Path, Root
from lstm_lint.typestate.row_flags import element_of
from lstm_lint.typestate.values import Phase, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ONE_OF = frozenset({"choice", "choices", "sample"})
_NUMBER = frozenset({"randint", "randrange", "integers", "random_integers", "choice"})
_DEEP = 3

_POOL = re.compile(r"(^|_)(pool|league|archive|zoo|hall_of_fame|hof|snapshots|opponents|rivals|ghosts)$", re.IGNORECASE)
_SOURCES = frozenset({"Random", "SystemRandom", "Generator", "RandomState"})


def is_draw(name: str) -> bool:
    """Whether a function of this name gives one of a collection at random."""
    return name in _ONE_OF


def are_snapshots(pool: Value) -> bool:
    """Whether a collection is named as one of earlier weights, whatever is known of what was put there."""
    names = (place.name if isinstance(place, Local) else place.attr for place in pool.src)
    return any(map(_POOL.search, names))


def are_random(types: Types) -> bool:
    """Whether a receiver is a source of random numbers: a ``random.Random``, a generator of numpy."""
    return all(isinstance(t.ref, str) and t.ref.rpartition(".")[2] in _SOURCES for t in types)


def drawn(run: Interpreter, name: str, expr: facts.Expr, arguments: Arguments, state: State) -> Value | None:
    """An object that is one of a collection, each time another one; None where no object is drawn."""
    if not is_draw(name) or not arguments.positional:
        return None
    among = element(run, arguments.positional[0], state)
    found = one_of(run, among, expr, state)
    if found is None or name == "choice" or not _are_several(name, arguments):
        return found
    return replace(found, element=found)


def _are_several(name: str, arguments: Arguments) -> bool:
    """Whether it is ``sample(members, 2)`` or ``choices(members, k=2)`` rather than an object's own ``sample()``."""
    return len(arguments.positional) > 1 or any(key == "k" for key, _ in arguments.keywords) or name == "choices"


def one_of(run: Interpreter, value: Value, expr: facts.Expr, state: State) -> Value | None:
    """What stands for one of the objects that a value may be, whichever it is this time.

    Those that act are these themselves; of others, frozen copies, one stands for another each time.
    """
    if _act(run, value, state) or records.acts(value):
        return value
    types = value.types or frozenset[Type]().union(*(run.types_of(ref, state) for ref in value.refs))
    if not types:
        return None
    root = Root("result", "choice", run.site(expr.span))
    run.index.root_types[root] = types
    return Value(refs=frozenset({Path(root)}), types=types, holds=value.refs)


def _act(run: Interpreter, value: Value, state: State) -> bool:
    """Whether what is drawn keeps a state of its own: its methods do so, or other functions have put one into it."""
    return bool(value.refs) and all(
        any(run.index.deep(t.ref) for t in run.types_of(ref, state))
        or _holds_state(ref, state)
        or _has_made_state(ref, state)
        for ref in value.refs
    )


def _holds_state(ref: Path, state: State) -> bool:
    return any(held.tags and place.owner.starts_with(ref) for place, held in state.heap.items())


def _has_made_state(ref: Path, state: State) -> bool:
    """Whether a state goes on that the very object has made, which is kept beside it: ``h[i] = nets[i](x, h[i])``."""
    return any(
        tag.owner == ref and tag.phase in (Phase.CARRYING, Phase.STALE)
        for _, held in state.bearing()
        for tag in held.tags
    )


def is_drawn(run: Interpreter, index: facts.Expr) -> bool:
    """Whether a subscript is a random number: ``pool[random.randrange(len(pool))]``, by way of a variable as well."""
    if isinstance(index, facts.Name):
        bound = run.bound_names().get(index.id, [])
        return bool(bound) and all(binding.how == "value" and is_random(binding.expr) for binding in bound)
    return is_random(index)


def is_under_drawn(run: Interpreter, index: facts.Expr, deep: int = _DEEP) -> bool:
    """Whether a subscript is a number or a key out of what was drawn: ``for name in random.sample(names, 2)``."""
    if isinstance(index, facts.Name) and deep > 0:
        if index.id in run.comprehended:
            through = run.comprehended[index.id]
            return through is not None and is_under_drawn(run, through, deep - 1)
        bound = [_drawn_from(binding) for binding in run.bound_names().get(index.id, [])]
        return bool(bound) and all(each is not None and is_under_drawn(run, each, deep - 1) for each in bound)
    return is_random(index, _NUMBER | _ONE_OF)


def _drawn_from(binding: walk.Binding) -> facts.Expr | None:
    """What a variable is, or what it is taken out of."""
    if binding.how == "element":
        expr = binding.expr
        return expr if isinstance(expr, facts.Call) and is_draw(walk.last_name(expr.func)) else element_of(binding)
    return binding.expr if binding.how in ("value", "item") else None


def is_random(expr: facts.Expr, names: frozenset[str] = _NUMBER) -> bool:
    """Whether an expression has a random number in it, or what another call of these names gives."""
    return any(
        isinstance(each, facts.Call) and walk.last_name(each.func) in names for each in walk.expressions(expr)
    )
