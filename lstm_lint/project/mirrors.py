"""Copies that an object acts with, of a network that somebody else trains: their weights are brought up to date.

The object is given the network, keeps it, and makes a copy of it, one way or another. It trains neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo

_COPIES = frozenset({"deepcopy", "copy", "clone", "load", "loads"})
"""What makes a copy; ``load`` gives back what was written to memory before."""
_WRITES = frozenset({"save", "dump", "dumps"})
_OTHER = re.compile(
    r"target|best|pool|league|opponent|opp(_|$)|rival|enem|advers|archive|snapshot|checkpoint|ckpt|backup|teacher|expert|"
    r"(^|_)(old|prev\w*|frozen|past|initial|saved|ema|avg|average)(_|$)",
    re.IGNORECASE,
)
"""Names of copies and of originals that differ on purpose."""
_TRAINS = frozenset({"backward", "zero_grad"})


def refreshes(call: facts.Call, function: FunctionInfo) -> bool:
    """Whether a call gives a copy in an attribute the weights of the network that it was made of."""
    receiver = call.func.value if isinstance(call.func, facts.Attribute) else None
    if function.klass is None or receiver is None or not call.arguments:
        return False
    into = _attribute(receiver, function.fact)
    read = call.arguments[0].value
    source = read.func.value if isinstance(read, facts.Call) and isinstance(read.func, facts.Attribute) else None
    of = _attribute(source, function.fact) if source is not None else None
    if into is None or of is None or into == of or _OTHER.search(into) or _OTHER.search(of):
        return False
    methods = function.klass.fact.functions.values()
    if any(not _TRAINS.isdisjoint(fact.mentions) for fact in methods):
        return False
    return any(_makes(fact, into, of) for fact in methods)


def _attribute(expr: facts.Expr, fact: facts.FunctionFact) -> str | None:
    """The attribute of the own object that an expression is."""
    own = fact.parameters[0].name if fact.parameters else ""
    known = isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name) and expr.value.id == own
    return expr.attr if known and isinstance(expr, facts.Attribute) else None


def _makes(fact: facts.FunctionFact, into: str, of: str) -> bool:
    """Whether a method keeps what it is given under one name and a copy of it under another."""
    bound = walk.bindings(fact).attributes
    given = {parameter.name for parameter in fact.parameters}
    kept = {each.expr.id for each in bound.get(of, ()) if isinstance(each.expr, facts.Name)} & given
    if not kept:
        return False
    original = {*kept, of}
    written = any(walk.last_name(call.func) in _WRITES and _reads(call, original) for call in walk.calls(fact.body))
    return any(
        walk.last_name(call.func) in _COPIES
        and (_reads(call, original) or (written and walk.last_name(call.func).startswith("load")))
        for each in bound.get(into, ())
        for call in walk.calls_in(each.expr)
    )


def _reads(call: facts.Call, names: set[str]) -> bool:
    """Whether a call is handed, or is a method of, one of some variables or own attributes."""
    return not names.isdisjoint(_names(call))


def _names(call: facts.Call) -> Iterator[str]:
    parts = [each.value for each in call.arguments]
    parts += [call.func.value] if isinstance(call.func, facts.Attribute) else []
    for part in parts:
        if isinstance(part, facts.Name):
            yield part.id
        elif isinstance(part, facts.Attribute) and isinstance(part.value, facts.Name):
            yield part.attr
