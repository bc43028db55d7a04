"""The modules that a network is made of: what ``modules()`` goes through, and what ``apply(f)`` calls ``f`` with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo
from lstm_lint.typestate import inlining
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.values import NOTHING, Value, packed, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_WALKS = frozenset({"modules", "children", "named_modules", "named_children"})
_DEPTH = 3
"""So far down parts of parts are looked for."""
_MANY = 24
"""A network of more parts than that is too much to go through one by one."""


def method(
    run: Interpreter, base: Value, expr: facts.Call, name: str, arguments: Arguments, state: State
) -> Value | None:
    """The outcome of a method that goes through the modules of a network in view; None for any other."""
    if name != "apply" and name not in _WALKS:
        return None
    if not base.refs or not base.types or not all(_is_network(run, base, state)):
        return None
    if name == "apply":
        return _applied(run, base, expr, arguments, state)
    below = tuple(_below(run, base, 1 if name.endswith("children") else _DEPTH, state))[:_MANY]
    found = below if name.endswith("children") else (base, *below)
    if name.startswith("named"):
        found = tuple(packed((NOTHING, each), (NOTHING, each)) for each in found)
    return packed(found, found)


def _is_network(run: Interpreter, base: Value, state: State) -> Iterator[bool]:
    for t in base.types:
        yield isinstance(t.ref, ClassInfo) and run.project.classes.is_a(t.ref, "torch.nn.Module")


def _applied(run: Interpreter, base: Value, expr: facts.Call, arguments: Arguments, state: State) -> Value | None:
    """A function is called with each part and with the whole."""
    functions = arguments.positional[0].callables if arguments.positional else frozenset()
    if not functions:
        return None
    for each in (*tuple(_below(run, base, _DEPTH, state))[:_MANY], base):
        inlining.enter_each(run, functions, Arguments((each,), ()), expr.span, state, False)
    return base


def _below(run: Interpreter, whole: Value, depth: int, state: State) -> Iterator[Value]:
    """The modules in the attributes of one, and in theirs."""
    for part in _parts(run, whole, state):
        yield part
        if depth > 1:
            yield from _below(run, part, depth - 1, state)


def _parts(run: Interpreter, whole: Value, state: State) -> Iterator[Value]:
    seen = set(whole.refs)
    for ref in sorted(whole.refs, key=str):
        for attr in sorted(_attributes(run, whole)):
            held = run.read_field(ref, attr, state)
            inner = element(run, held, state) if any(t.arguments for t in held.types) else held
            for part in (held, inner):
                refs = part.refs - seen
                if refs and any(run.project.classes.is_a(t.ref, "torch.nn.Module") for t in part.types):
                    seen |= refs
                    yield replace(part, refs=refs, tags=frozenset(), calls=frozenset())


def _attributes(run: Interpreter, whole: Value) -> frozenset[str]:
    """The attributes that the classes of a network in view assign."""
    lineage = (klass for t in whole.types for klass in run.project.classes.lineage(t.ref))
    return frozenset(
        attr
        for klass in lineage
        if isinstance(klass, ClassInfo)
        for function in klass.fact.functions.values()
        for attr in run.project.typing.bindings(function).attributes
    )
