"""Loads by a task or a thread that goes on for ever beside others which step the state: a watcher of checkpoints.

A run follows one of them after the other, so a load in the first meets an initial state and looks harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import going
from lstm_lint.typestate.ends import stepped
from lstm_lint.typestate.entries import CONSTRUCTORS
from lstm_lint.typestate.forever import done_for_ever
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Record
from lstm_lint.typestate.requests import Requested, bears_a_stamp, is_fresh, resets_on_the_way

if TYPE_CHECKING:
    from lstm_lint.project import FunctionInfo
    from lstm_lint.typestate.trace import Trace

_STARTS = frozenset({
    "create_task", "ensure_future", "gather", "run_coroutine_threadsafe", "start_soon", "spawn", "Thread", "submit",
    "to_thread", "run_in_executor", "start_new_thread", "start_background_task", "add_task",
})  # fmt: skip
"""What starts a function that goes on beside its caller, in the same memory."""
_SERVERS = frozenset({"serve", "unix_serve", "start_server", "start_unix_server"})
"""What lets an event loop call a function for everyone who connects, while the coroutine that did so goes on."""


def watched(trace: Trace) -> Iterator[Requested]:
    """Every such load in the files reported on, each once: the call in the loop of the task."""
    fresh = [record for record in trace.recorder.records.values() if is_fresh(record)]
    records = [record for record in fresh if not bears_a_stamp(trace, record)]
    if not records:
        return
    started = _started(trace)
    done: set[tuple[str, object]] = set()
    for record in records:
        way = (*record.event.chain, record.event.site)
        for at, site in enumerate(way):
            task = trace.layout.function(site.function)
            if task is None or (site.path, site.span) in done or site.path not in trace.report_on:
                continue
            if not _is_started(trace, task, started) or any(True for _ in stepped(task.fact.body)):
                continue
            written = done_for_ever(trace.project, task.fact.body, site.span)
            if written is None or resets_on_the_way(trace, record, way[at:]):
                continue
            if _is_made_on_the_way(trace, record, way[at + 1 :]):
                continue
            if not _writes_after(trace, task, record) and not _is_asked_for(trace, task, record):
                done.add((site.path, site.span))
                yield Requested(site, written, tuple(sorted(record.slots)), record.event.site)
                break
    for record in records:
        for site, name in _by_name(trace, record, started):
            if (site.path, site.span) not in done and not resets_on_the_way(trace, record, (site,)):
                done.add((site.path, site.span))
                yield Requested(site, name, tuple(sorted(record.slots)), record.event.site)


def _is_made_on_the_way(trace: Trace, record: Record, way: Sequence[Site]) -> bool:
    """Whether what is loaded is new each time: one of the functions that a loop of the task calls has made it."""
    root = record.event.target.root
    made = root.site if root.kind == "built" else None
    functions = (trace.layout.function(site.function) for site in way)
    return made is not None and any(
        function is not None and function.module.path == made.path and made.span in walk.spans(function.fact.body)
        for function in functions
    )


def _writes_after(trace: Trace, task: FunctionInfo, record: Record) -> bool:
    """Whether a task, or what it calls beside the load, puts something in the place of a state: a new one, it seems."""
    slots = record.states
    loading = {record.event.site.function, *(site.function for site in record.event.chain)}
    called = {walk.last_name(call.func) for call in walk.calls(task.fact.body)}
    beside = [f for f in trace.project.functions if f.fact.name in called and f.id not in loading]
    return any(
        isinstance(action, facts.Assign)
        and any(walk.last_name(walk.container(target)) in slots for target in walk.flat(action.targets))
        and not _is_handed(action.value, slots)
        for function in (task, *beside)
        for action in walk.actions(function.fact.body)
    )


def _is_asked_for(trace: Trace, task: FunctionInfo, record: Record) -> bool:
    """Whether the code on the way from a task to a load leaves word of it, and a function beside it asks for that."""
    way = {task.id, record.event.site.function, *(site.function for site in record.event.chain)}
    before = {site.function for site in record.event.chain[: _begun_at(record, task)]}
    loading = [f for f in trace.project.functions if f.id in way - before]
    told = {name for function in loading for name in going.left(function.fact.body)}
    return bool(told) and any(
        not told.isdisjoint(going.asked(function.fact.body))
        for function in trace.project.functions
        if function not in loading and not told.isdisjoint(function.fact.mentions)
    )


def _begun_at(record: Record, task: FunctionInfo) -> int:
    """How many calls lead to a task."""
    chain = record.event.chain
    return next((at for at, site in enumerate(chain) if site.function == task.id), len(chain))


def _is_handed(value: facts.Expr, slots: set[str]) -> bool:
    """Whether a value comes out of a call that is handed one of these states: it is the next one."""
    return isinstance(value, facts.Call) and any(
        walk.last_name(walk.container(argument.value)) in slots for argument in value.arguments
    )


def _by_name(trace: Trace, record: Record, started: frozenset[str]) -> Iterator[tuple[Site, str]]:
    """The calls in threads of the method that loads: what a target is handed, no run of it knows, but by its name."""
    method = trace.layout.function(record.event.site.function)
    if method is None or method.klass is None or method.fact.name in CONSTRUCTORS:
        return
    name = method.fact.name
    owners = {f.klass for f in trace.project.functions if f.fact.name == name and f.klass is not None}
    if owners != {method.klass}:
        return
    for task in trace.project.functions:
        if name not in task.fact.mentions or task.module.path not in trace.report_on:
            continue
        if not _is_started(trace, task, started) or any(True for _ in stepped(task.fact.body)):
            continue
        if _writes_after(trace, task, record):
            continue
        handed = {parameter.name for parameter in task.fact.parameters}
        for call in walk.calls(task.fact.body):
            root = walk.root(call.func)
            given = isinstance(root, facts.Name) and root.id in handed
            named = given and walk.last_name(call.func) == name
            if named and done_for_ever(trace.project, task.fact.body, call.span) is not None:
                yield trace.site(task, call.span), f"{name}()"


def _started(trace: Trace) -> frozenset[str]:
    """The names of functions that are started to go on beside their caller."""
    found: set[str] = set()
    bodies = [module.facts.body for module in trace.project.modules if not _STARTS.isdisjoint(module.facts.mentions)]
    bodies += [f.fact.body for f in trace.project.functions if not _STARTS.isdisjoint(f.fact.mentions)]
    for call in (call for body in bodies for call in walk.calls(body)):
        if walk.last_name(call.func) in _STARTS:
            for argument in call.arguments:
                value = argument.value.func if isinstance(argument.value, facts.Call) else argument.value
                found.add(walk.last_name(value))
    for function in trace.project.functions:
        if function.fact.is_async and not _SERVERS.isdisjoint(function.fact.mentions):
            found |= _beside_a_server(function.fact)
    return frozenset(found - {""})


def _beside_a_server(function: facts.FunctionFact) -> set[str]:
    """What a coroutine waits for once it has started a server, and itself where all of its loops come after that."""
    calls = [call for call in walk.calls(function.body) if walk.last_name(call.func) in _SERVERS and call.arguments]
    if not calls:
        return set()
    start = min(call.span for call in calls)
    exprs = (expr for action in walk.actions(function.body) for expr in walk.expressions(action))
    waited = (expr.value for expr in exprs if isinstance(expr, facts.Await))
    found = {walk.last_name(call.func) for call in waited if isinstance(call, facts.Call) and call.span > start}
    looped = [call.span for loop in walk.loops(function.body) for call in walk.calls(loop.body)]
    return found | ({function.name} if looped and min(looped) > start else set())


def _is_started(trace: Trace, function: FunctionInfo, started: frozenset[str]) -> bool:
    if function.fact.name in started:
        return True
    klass = function.klass
    return klass is not None and function.fact.name == "run" and trace.project.classes.is_a(klass, "threading.Thread")
