"""Loads by a task or a thread that goes on for ever beside others which step the state: a watcher of checkpoints.

A run follows one of them after the other, so a load in the first meets an initial state and looks harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.ends import stepped
from lstm_lint.typestate.entries import CONSTRUCTORS
from lstm_lint.typestate.forever import done_for_ever
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Record
from lstm_lint.typestate.requests import Requested, is_fresh, resets_on_the_way

if TYPE_CHECKING:
    from lstm_lint.project import FunctionInfo
    from lstm_lint.typestate.trace import Trace

_STARTS = frozenset({
    "create_task", "ensure_future", "gather", "run_coroutine_threadsafe", "start_soon", "spawn", "Thread", "submit",
    "to_thread", "run_in_executor", "start_new_thread", "start_background_task", "add_task",
})  # fmt: skip
"""What starts a function that goes on beside its caller, in the same memory."""


def watched(trace: Trace) -> Iterator[Requested]:
    """Every such load in the files reported on, each once: the call in the loop of the task."""
    records = [record for record in trace.recorder.records.values() if is_fresh(record)]
    if not records:
        return
    started = _started(trace)
    done: set[tuple[str, object]] = set()
    for record in records:
        for site in (*record.event.chain, record.event.site):
            task = trace.layout.function(site.function)
            if task is None or (site.path, site.span) in done or site.path not in trace.report_on:
                continue
            if not _is_started(trace, task, started) or any(True for _ in stepped(task.fact.body)):
                continue
            written = done_for_ever(task.fact.body, site.span)
            if written is not None and not resets_on_the_way(trace, record):
                done.add((site.path, site.span))
                yield Requested(site, written, tuple(sorted(record.slots)), record.event.site)
                break
    for record in records:
        for site, name in _by_name(trace, record, started):
            if (site.path, site.span) not in done and not resets_on_the_way(trace, record, (site,)):
                done.add((site.path, site.span))
                yield Requested(site, name, tuple(sorted(record.slots)), record.event.site)


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
        handed = {parameter.name for parameter in task.fact.parameters}
        for call in walk.calls(task.fact.body):
            root = walk.root(call.func)
            given = isinstance(root, facts.Name) and root.id in handed
            if given and walk.last_name(call.func) == name and done_for_ever(task.fact.body, call.span) is not None:
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
    return frozenset(found - {""})


def _is_started(trace: Trace, function: FunctionInfo, started: frozenset[str]) -> bool:
    if function.fact.name in started:
        return True
    klass = function.klass
    return klass is not None and function.fact.name == "run" and trace.project.classes.is_a(klass, "threading.Thread")
