"""The recurrent-state analysis: from a linked project to a verdict on every weight replacement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lstm_lint.project import ClassInfo, FunctionInfo, Module, Project, starting
from lstm_lint.project.handing import plays_beside
from lstm_lint.project.rebinding import computing, plays, rebinds
from lstm_lint.project.replacing import replaces
from lstm_lint.typestate import entries, interpret, passes
from lstm_lint.typestate.entries import run_function, run_module
from lstm_lint.typestate.judging import judge
from lstm_lint.typestate.paths import forget_paths
from lstm_lint.typestate.recorder import Recorder
from lstm_lint.typestate.requests import asked_by_others
from lstm_lint.typestate.slots import SlotIndex
from lstm_lint.typestate.trace import Ledger, Trace, Verdict

Job = Callable[..., None]
"""One entry: a function that runs it, with the steps it may take as ``limit`` where they are not the usual ones."""

__all__ = ["Ledger", "Trace", "Verdict", "trace"]


def trace(project: Project, report_on: frozenset[str]) -> Trace:
    """Run every function that can matter and judge what was found; ``report_on`` are the paths to report."""
    forget_paths()
    index = SlotIndex(project, entries)
    hot, names = project.callers.hot()
    near = project.connected(report_on)
    hot |= set() if project.library else project.callers.resetting() | project.callers.playing() | passes.going(project)
    hot |= set() if project.library else project.callers.running_later(hot, names)
    names |= frozenset() if project.library else project.callers.slots
    wanted = project.callers.leading_to({f for f in hot if f.module.path in report_on})
    wanted = {function for function in wanted if function.module.path in near}
    recorder = enter_each(project, index, wanted, names, report_on, near)
    found = judge(project, recorder, index, report_on)
    found.failures = tuple(recorder.failures)
    return found


def enter_each(
    project: Project,
    index: SlotIndex,
    hot: set[FunctionInfo],
    names: frozenset[str],
    report_on: frozenset[str],
    near: frozenset[str],
) -> Recorder:
    recorder = Recorder()
    called = frozenset(function.fact.name for function in hot)
    begun = starting.begun(project.modules, project.functions)
    asked = asked_by_others(project)
    jobs: list[tuple[Module, Job]] = []
    last: list[tuple[FunctionInfo, Job]] = []
    swapping = {program.module for program in project.programs if project.callers.swaps(program)}
    for module in project.modules:
        body = module.facts.body
        if module.path not in near:
            continue
        wanted = names if module.path in report_on else called
        libraries = computing(module.facts.imports)
        played = not project.library and _plays(project, module)
        handed = plays_beside(body, called)
        if played or handed or module in swapping or replaces(body, wanted) or rebinds(body, libraries):
            jobs.append((module, partial(run_module, project, index, recorder, module)))
    triples = [
        (f, klass, turn) for f in project.functions if f in hot for turn, klass in enumerate(_receivers(project, f))
    ]
    for function, klass, _ in sorted(triples, key=lambda triple: _late(index, *triple)):
        job: Job = partial(run_function, project, index, recorder, function, klass)
        if project.callers.reloads(function):
            job = partial(_at_length, recorder, job)
        program = _is_program(function) and function.id not in asked
        if program or (function.fact.name in begun and function.klass is None):
            last.append((function, job))
        else:
            jobs.append((function.module, job))
    cut: dict[str, tuple[Module, Job]] = {}
    for module, job in jobs:
        _guarded(recorder, module, job)
        cut |= dict.fromkeys(recorder.cut - cut.keys(), (module, job))
    _enter_again(recorder, cut)
    for function, job in sorted(last, key=lambda each: not _is_program(each[0])):
        if not recorder.has_run(function.id):
            _guarded(recorder, function.module, job)
    return recorder


_SETTINGS = frozenset({"args", "argv", "cfg", "conf", "config", "flags", "hparams", "opt", "options", "opts"})


def _is_program(function: FunctionInfo) -> bool:
    """Whether a function is a program as a whole: ``main(args)``, of which its caller in view says all there is."""
    fact = function.fact
    return (
        function.klass is None
        and "." not in fact.qualname
        and all(parameter.name in _SETTINGS or parameter.default is not None for parameter in fact.parameters)
    )


def _plays(project: Project, module: Module) -> bool:
    """Whether the top level of a module steps and resets an environment while a state goes on."""
    body, mentions = module.facts.body, module.facts.mentions
    if plays(body, mentions, computing(module.facts.imports)):
        return True
    if not mentions.issuperset(("step", "reset")):
        return False
    return project.callers.called_as_objects or replaces(body, project.callers.carrying)


def _enter_again(recorder: Recorder, cut: dict[str, tuple[Module, Job]]) -> None:
    """What a small project has not spent goes to those entries that would have needed more: a trainer in one file."""
    for done, (entry, (module, job)) in enumerate(cut.items()):
        share = min(entries.LONG_STEPS, (interpret.PLENTY - recorder.total) // (len(cut) - done))
        if share < 2 * interpret.MAX_STEPS:
            return
        recorder.forget(entry)
        _guarded(recorder, module, partial(job, limit=share))


def _late(index: SlotIndex, function: FunctionInfo, klass: ClassInfo | None, turn: int) -> tuple[bool, bool, bool, int]:
    """Where an entry comes: classes that keep a state, and callbacks, go first while there is work to spend.

    Constructors come last. Of the former, first the methods with a loop that replaces weights and goes on; and a method
    is run on one class before any is run on another that inherits it.
    """
    keeps = klass is None or bool(index.deep(klass)) or index.project.classes.kind(klass) == "callback"
    reloads = keeps and index.project.callers.reloads(function)
    return not keeps, not reloads, function.fact.name == "__init__", turn


def _at_length(recorder: Recorder, job: Job, limit: int | None = None) -> None:
    """An entry with a loop that replaces weights: round after round is read, and the share of one entry is too little.

    ``limit`` is what a second run gets.
    """
    job(limit=limit or (2 * interpret.MAX_STEPS if recorder.total < interpret.PLENTY else None))


def _guarded(recorder: Recorder, module: Module, run: Callable[[], None]) -> None:
    """One entry; what goes wrong in it is kept for the report and does not stop the others."""
    try:
        run()
    except Exception as error:
        recorder.failures.append((module.path, error))


_RECEIVERS = 12
"""So many classes are enough to run an inherited method on: first those that seem to keep a state."""


def _receivers(project: Project, function: FunctionInfo) -> list[ClassInfo | None]:
    """The classes whose instances a method runs on: its own, and subclasses that inherit it."""
    if function.klass is None:
        return [None]
    found: list[ClassInfo | None] = []
    candidates = [function.klass, *project.classes.subclasses(function.klass)]
    inheriting = [klass for klass in candidates if project.classes.method(klass, function.fact.name) is function]
    inheriting.sort(key=lambda klass: not project.callers.may_keep_state(klass))
    found.extend(inheriting[:_RECEIVERS])
    return found or [function.klass]
