"""The elements of collections: of one that is read, and of one that a loop goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.gone_through import goes_through
from lstm_lint.typestate import noise
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.values import NOTHING, Value, derived, join_values, joined, packed, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_LOADS = frozenset({"load", "torch.load"})


def element(run: Interpreter, base: Value, state: State, key: object = ..., apart: bool = False) -> Value:
    """Any element of a collection, or the one under a key that is a literal; ``apart``: all are taken out at once."""
    return noise.element(_element(run, base, key, apart, state))


def _element(run: Interpreter, base: Value, key: object, apart: bool, state: State) -> Value:
    if base.element is not None:
        found = base.element
        src, tags, calls = found.src | base.src, found.tags | base.tags, found.calls | base.calls
        if base.tags - found.tags:  # what was put there since: the parts of the first elements are not its parts
            return replace(found, src=src, tags=tags, calls=calls, keys=None, items=None, const=None)
        return replace(found, src=src, tags=tags, calls=calls)
    if base.items and all(item.is_none for item in base.items):
        return replace(base.items[0], src=base.src)
    types = run.project.typing.elements(base.types)
    held = [state.heap[p] for ref in base.refs for p in (item_place(ref),) if p in state.heap]
    refs = frozenset(ref.child(_name(ref, key, apart) if not types else "[*]") for ref in base.refs)
    if held:
        value = held[0]
        for other in held[1:]:
            value = join_values(value, other)
        tags, calls = value.tags | base.tags, value.calls | base.calls
        return replace(value, src=value.src | base.src, tags=tags, calls=calls)
    return replace(derived(base), refs=refs, types=types, inferred=base.inferred)


def _name(ref: Path, key: object, apart: bool) -> str:
    """What goes by different names in a dict that was handed in is not the same: `nets["acting"]`, `nets["target"]`.

    Nor are the parts of what a function gave: ``net, statistics = torch.load(path)``.
    """
    named = isinstance(key, str) and ref.root.kind == "parameter"
    part = isinstance(key, int) and ref.root.kind == "result" and (apart or ref.root.name in _LOADS)
    return f"[{key!r}]" if (named or part) and not ref.attrs else "[*]"


def element_of(run: Interpreter, iterable: facts.Expr, value: Value, state: State) -> Value:
    """What a ``for`` binds: elements, with ``zip``, ``enumerate``, ``items`` and ``values`` taken apart."""
    if isinstance(iterable, facts.Call):
        name = getattr(iterable.func, "attr", getattr(iterable.func, "id", ""))
        arguments = [a.value for a in iterable.arguments if a.keyword is None and not a.star]
        if name == "zip" and arguments:
            quiet = run.quiet()
            parts = tuple(element_of(quiet, a, quiet.evaluate(a, state), state) for a in arguments)
            return packed(parts, parts)
        if name == "enumerate" and arguments:
            inner = element_of(run.quiet(), arguments[0], run.quiet().evaluate(arguments[0], state), state)
            return packed((NOTHING, inner), (NOTHING, inner))
        if name in ("reversed", "sorted", "list", "tuple", "iter", "tqdm") and arguments:
            return element_of(run.quiet(), arguments[0], run.quiet().evaluate(arguments[0], state), state)
        if name in ("items", "values", "named_parameters") and isinstance(iterable.func, facts.Attribute):
            base = run.quiet().evaluate(iterable.func.value, state)
            inner = _mapped(run, base, value, state)
            return inner if name == "values" else packed((NOTHING, inner), (NOTHING, inner))
    inside = _inside(run, value, state)
    if inside is not None:
        return element(run, inside, state)
    if value.items:
        found = value.items[0]
        for item in value.items[1:]:
            found = join_values(found, item)
        return replace(found, src=found.src | value.src)
    return element(run, value, state)


def chosen(run: Interpreter, function: str, arguments: Arguments, state: State) -> Value | None:
    """What ``max(members, key=…)`` gives, one of them, and ``heapq.nlargest(2, members, key=…)``: some of them.

    None for any other function, and where it is not objects that are chosen from.
    """
    name = function.rpartition(".")[2]
    given = arguments.positional
    if name in ("nlargest", "nsmallest") and len(given) > 1:
        return given[1]
    if function not in ("max", "min") or arguments.stars or not any(key == "key" for key, _ in arguments.keywords):
        return None
    if len(given) > 1:
        return joined(list(given))
    return None if given[0].bears_state and not _holds_objects(given[0]) else element(run, given[0], state)


def _holds_objects(value: Value) -> bool:
    """Whether there are objects in a collection, or dicts with some in them."""
    return value.element is not None and (bool(value.element.refs) or value.element.keys is not None)


def _inside(run: Interpreter, value: Value, state: State) -> Value | None:
    """The collection that a loop over an object of the project goes through; None where it is none."""
    found: Value | None = None
    for ref in value.refs if value.types else ():
        for t in value.types:
            method = run.project.classes.method(t.ref, "__iter__") if isinstance(t.ref, ClassInfo) else None
            attr = goes_through(method.fact) if isinstance(method, FunctionInfo) else ""
            if attr:
                held = run.read_field(ref, attr, state)
                found = held if found is None else join_values(found, held)
    return found


def _mapped(run: Interpreter, base: Value, value: Value, state: State) -> Value:
    if value.weights_of or value.parameters_of:
        return derived(value)
    if base.keys:
        found = base.keys[0][1]
        for _, item in base.keys[1:]:
            found = join_values(found, item)
        if base.element is not None and base.element.refs - found.refs:
            found = join_values(found, base.element)  # what was put there since, under keys that are no literals
        return replace(found, src=found.src | base.src)
    return element(run, base, state)


def item_place(ref: Path) -> FieldPlace:
    """The place that stands for every element of a collection."""
    return FieldPlace(ref, "[*]")
