"""Loads in handlers of requests, into an object that lives on between them: a request may come in mid-episode.

A run of such a handler meets the object as it was made, with an initial state, and finds the load harmless. But the
object is kept in a module variable, something in view steps its state, and whoever asks does so at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Try
from lstm_lint.project import FunctionInfo
from lstm_lint.project.beside import RESETS
from lstm_lint.project.frameworks import AT_START
from lstm_lint.project.looks import is_anew, is_environment
from lstm_lint.project.symbols import Variable
from lstm_lint.typestate.given_once import is_run_once
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Record
from lstm_lint.typestate.startup import is_told_to_start

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.typestate.trace import Trace

_ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "websocket", "on_event", "on", "event"})
_ROUTERS = re.compile(r"(^|_)(app|api|router|routes?|blueprint|bp|server|sio|socketio|web)(_|$)", re.IGNORECASE)
_STARTUP = AT_START | {"shutdown", "connect"}
_BUSY = re.compile(r"running|active|busy|started|status|state|training|trading|playing|alive|idle|task", re.IGNORECASE)
_EMPTIES = frozenset({"clear", "zero_", "pop", "fill_"})
_SETTLED = frozenset({"reset", "guarded", "neutralised", "unknown", "used", "left"})


class Requested(NamedTuple):
    """A load by a handler: where the handler asks for it, what is written there, and the states that it leaves."""

    site: Site
    call: str
    states: tuple[str, ...]
    load: Site


def requested(trace: Trace) -> Iterator[Requested]:
    """Every such load in the files reported on, each once."""
    done: set[tuple[str, object]] = set()
    for record in trace.recorder.records.values():
        site = record.event.chain[0] if record.event.chain else record.event.site
        handler = trace.layout.function(record.event.entry.partition("|")[0])
        if handler is None or (site.path, site.span) in done or site.path not in trace.report_on:
            continue
        if site.function == handler.id and is_fresh(record) and is_handler(handler):
            in_order = resets_on_the_way(trace, record) or bears_a_stamp(trace, record)
            call = None if in_order else walk.call_at(handler.fact.body, site.span)
            if call is not None and _lives_on(trace, call, handler) and not _refuses(handler.fact.body):
                done.add((site.path, site.span))
                states = tuple(sorted(record.slots))
                yield Requested(site, f"{walk.last_name(call.func)}()", states, record.event.site)


def is_fresh(record: Record) -> bool:
    """Whether a load met an initial state of a network that is known to be recurrent, and nothing happened to it."""
    hows = {fate.how for fate in record.fates}
    return record.before == {"fresh"} and not hows & _SETTLED and bool(record.slots) and not record.rollback


def resets_on_the_way(trace: Trace, record: Record, more: tuple[Site, ...] = ()) -> bool:
    """Whether one of the functions that lead to a load resets something: of an initial state it is no event.

    Or a method of their own object that they call, or that a subclass has in its place.
    """
    sites = (*record.event.chain, record.event.site) if not more else (*more, record.event.site)
    functions = [trace.layout.function(name) for name in {site.function for site in sites}]
    functions += [hook for function in functions if function is not None for hook in _own_methods(trace, function)]
    slots = record.states
    return any(
        _is_reset(action, slots)
        for function in functions
        if function is not None
        for action in walk.actions(function.fact.body)
    )


def bears_a_stamp(trace: Trace, record: Record) -> bool:
    """Whether all that go on from the states of a record ask first whether the weights are those that made them."""
    return trace.project.stamps.are_kept(record.loading, record.states, record.holders)


def _own_methods(trace: Trace, function: FunctionInfo) -> Iterator[FunctionInfo]:
    """The methods that a method may call on its own object."""
    classes = trace.project.classes
    called = {walk.chain(call.func) for call in walk.calls(function.fact.body)} if function.klass is not None else ()
    for chain in sorted(filter(None, called)):
        owner, _, name = chain.rpartition(".")
        if owner != "self" or function.klass is None:
            continue
        for klass in (function.klass, *classes.subclasses(function.klass)):
            method = classes.method(klass, name)
            if isinstance(method, FunctionInfo):
                yield method


def _is_reset(action: object, slots: set[str]) -> bool:
    """Whether an action calls a reset, or makes one of these attributes anew."""
    if isinstance(action, facts.Assign) and is_anew(action.value):
        return any(walk.last_name(walk.container(target)) in slots for target in action.targets)
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Call):
            owner = expr.func.value if isinstance(expr.func, facts.Attribute) else None
            if owner is not None and walk.last_name(owner) in slots and walk.last_name(expr.func) in _EMPTIES:
                return True
            if RESETS.search(walk.last_name(expr.func)) and not (owner is not None and is_environment(owner)):
                return True
    return False


def is_handler(function: FunctionInfo) -> bool:
    """Whether a decorator hands a function to a server: ``@router.post("/load")``; not what runs as that starts."""
    for decorator in function.fact.decorators:
        func = decorator.func if isinstance(decorator, facts.Call) else None
        if isinstance(func, facts.Attribute) and func.attr in _ROUTES and isinstance(decorator, facts.Call):
            given = [a.value.value for a in decorator.arguments if isinstance(a.value, facts.Constant)]
            if _ROUTERS.search(walk.last_name(func.value)) and not _STARTUP.intersection(map(str, given)):
                return True
    return False


def comes_any_time(function: FunctionInfo) -> bool:
    """Whether a function is a handler that turns nobody away for what is going on."""
    return is_handler(function) and not _refuses(function.fact.body)


def asked_by_others(project: Project) -> frozenset[str]:
    """The functions, by id, that a server calls, whoever calls them in view: handlers, and what runs as it starts."""
    handed = project.frameworks.at_start | project.frameworks.answering
    each = project.functions
    return frozenset(f.id for f in each if f.fact.name in handed or is_handler(f) or is_told_to_start(f.fact))


def _lives_on(trace: Trace, call: facts.Call, handler: FunctionInfo) -> bool:
    """Whether what a call is made on, or is handed, was taken from a module variable, or from what keeps one."""
    values = [*(each.value for each in call.arguments), call.func]
    names = {root.id for value in values if isinstance(root := walk.root(value), facts.Name)}
    if any(_gives_a_shared_object(trace, walk.root(value), handler) for value in values):
        return True
    bound = trace.project.typing.bindings(handler.fact).names
    for name in names:
        for each in bound.get(name, ()):
            if each.how == "value" and _gives_a_shared_object(trace, each.expr, handler):
                return True
        if name not in bound and _is_object(trace, name, handler):
            return True
    return False


def _is_object(trace: Trace, name: str, handler: FunctionInfo) -> bool:
    """Whether a module variable holds an object of a class of the project."""
    if any(parameter.name == name for parameter in handler.fact.parameters):
        return False
    symbols = trace.project.symbols.resolve_each(handler.module, name)
    return any(
        isinstance(symbol, Variable) and any(not t.of_class for t in trace.project.typing.symbol_types(symbol))
        for symbol in symbols
    )


def _gives_a_shared_object(trace: Trace, expr: facts.Expr, handler: FunctionInfo) -> bool:
    """Whether a value is ``app.state.agent``, or of a function that keeps what it makes: in a module variable, a cache.
    """
    if ".state." in f"{walk.chain(expr) or ''}.":
        return True
    if not isinstance(expr, facts.Call) or not isinstance(expr.func, facts.Name):
        return False
    functions = trace.project.symbols.resolve_each(handler.module, expr.func.id)
    return any(
        isinstance(each, FunctionInfo) and (_returns_a_variable(trace, each) or is_run_once(trace.project, each))
        for each in functions
    )


def _returns_a_variable(trace: Trace, function: FunctionInfo) -> bool:
    """Whether a function gives what a module variable holds."""
    bindings = trace.project.typing.bindings(function.fact)
    names = {value.id for value in bindings.returns if isinstance(value, facts.Name)}
    kept = {name for name in names if name in function.fact.globals or name not in bindings.names}
    return any(name in function.module.facts.assignments or name in function.module.facts.annotations for name in kept)


def _refuses(shape: Shape) -> bool:
    """Whether a handler leaves under a test that asks what is going on: ``if live.is_running: raise …``."""
    if isinstance(shape, Sequence):
        return any(map(_refuses, shape.shapes))
    if isinstance(shape, Loop):
        return _refuses(shape.body)
    if isinstance(shape, Try):
        return _refuses(shape.body) or _refuses(shape.orelse)
    if not isinstance(shape, Branch):
        return False
    named = (walk.last_name(e) for e in walk.expressions(shape.test) if isinstance(e, (facts.Name, facts.Attribute)))
    if any(map(_BUSY.search, named)) and (walk.ending(shape.then) or walk.ending(shape.orelse)):
        return True
    return _refuses(shape.then) or _refuses(shape.orelse)
