"""Functions begun beside their caller: run with what they are handed, when they begin and after all else is done.

What goes on at the same time is met in some order. A run of it where it begins tells what it may have done to the
states that it shares with its caller; one more at the end tells what it makes of those that are stale by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.project.starting import SERVERS, STARTS, TASKS, Start
from lstm_lint.typestate import attributes, generators, going, inlining, startup, thread_pools, waiting
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.forever import done_for_ever
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.going import Going
from lstm_lint.typestate.inlining import UNREACHABLE
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.tables import Table
from lstm_lint.typestate.telling import STEPS
from lstm_lint.typestate.values import NOTHING, OPAQUE, Callable, Value, packed

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

SHARE = 16_000
"""The steps that what begins at one place may take in all, three times as many where few went into others."""
_MANY = 12
"""So many loops are enough to be met."""
_ROUNDS = 2
"""Tasks that meet at the end: what the second one makes stale, the first one reads in its next round."""


@dataclass(frozen=True)
class Task:
    """A function that goes on beside the one that began it, with what it was handed there.

    ``loops`` are those of its own in which it goes on for ever, ``waiting`` those in which it waits for something;
    ``replaces`` says that it replaces weights, ``again`` that it is begun for everyone who connects.
    """

    frames: tuple[Frame, ...]
    functions: frozenset[Callable]
    arguments: Arguments
    span: Span
    site: Site
    loops: tuple[Going, ...] = ()
    waiting: tuple[Going, ...] = ()
    replaces: bool = False
    again: bool = False


def generated(
    run: Interpreter, expr: facts.Call, functions: frozenset[Callable], given: Arguments, state: State
) -> Value:
    """What the call of a generator gives that goes on for ever: it may have done any of its rounds at any time."""
    task = Task(tuple(run.frames), functions, given, expr.span, run.site(expr.span))
    value = _go_on(run, task, state)
    numbers = frozenset(each.number for each in run.tasks[_key(task)].loops)
    if generators.receives(functions):
        generators.begun(run, numbers, state)
    return replace(value, generators=numbers)


def is_generated(functions: frozenset[Callable]) -> bool:
    """Whether what is called are generators, each with a ``while True``."""
    return bool(functions) and all(_is_endless(each.function.fact) for each in functions)


def _is_endless(function: facts.FunctionFact) -> bool:
    if not function.is_generator:
        return False
    return any(isinstance(loop.test, facts.Constant) and loop.test.value for loop in walk.loops(function.body))


def begun(run: Interpreter, expr: facts.Call, arguments: Arguments, state: State) -> Value | None:
    """What a call gives that begins a function: ``Thread(target=watch, args=(player,))``, ``pool.submit(play, net)``.

    Or ``watcher.start()``, of an object that is a thread itself. None where it begins none that can be read.
    """
    own = _own_method(run, expr, state)
    if own:
        site = run.site(expr.span)
        run.recorder.begins.add(site)
        return _go_on(run, Task(tuple(run.frames), own, Arguments((), ()), expr.span, site), state)
    name = walk.last_name(expr.func)
    start = STARTS.get(name) or served_by(name, arguments)
    target = arguments.find(*start.function) if start is not None else None
    if start is None or target is None or not target.callables:
        return None
    site = run.site(expr.span)
    run.recorder.begins.add(site)
    handed = _handed(run, start, arguments, state)
    task = Task(tuple(run.frames), target.callables, handed, expr.span, site, again=name not in STARTS)
    how = _of_threads if start.apart and thread_pools.shares_memory(run, expr, state) else _run_apart
    value = how(run, task, state) if start.apart else _go_on(run, task, state)
    if start.how == "packed" and not start.apart:
        return OPAQUE
    return packed((value,)) if start.how in ("each", "unpacked") else value


def served_by(name: str, arguments: Arguments) -> Start | None:
    """How a server that goes by a name begins a coroutine; None where it is no server, or calls plain functions."""
    start = SERVERS.get(name)
    target = arguments.find(*start.function) if start is not None else None
    functions = target.callables if target is not None else frozenset()
    return start if functions and all(each.function.fact.is_async for each in functions) else None


def arguments(run: Interpreter, expr: facts.Call, state: State) -> Arguments:
    """The arguments of a call; the coroutines among them begin."""
    if walk.last_name(expr.func) not in TASKS:
        return Arguments.evaluate(run, expr, state)
    others = tuple(each for each in expr.arguments if not _begin(run, each.value, state))
    if len(others) == len(expr.arguments):
        return Arguments.evaluate(run, expr, state)
    return Arguments.evaluate(run, facts.Call(expr.func, others, expr.span), state)


def settle(run: Interpreter, after: State | None) -> State | None:
    """The tasks of an entry go on once more when all else is done, from where it ends or goes on for ever."""
    if not run.tasks or run.has_spent:
        return after
    own = [*run.endless.values(), *reversed(run.passed.values())]
    ends = [each.head.copy() for each in own]
    ends += [after] if after is not None else []
    if not any(state.loads for state in ends):
        return after
    run.is_settling = True
    state = ends.pop()
    for other in ends:
        state = run.join(state, other)
    frames = run.frames
    goes_on = [task for task in run.tasks.values() if _goes_on(run, task)]
    before = {event: set(record.fates) for event, record in run.recorder.records.items()}
    beside = [each for task in run.tasks.values() for each in task.loops]
    going.again(run, [each for each in beside if each.number not in run.sent.rounds], (), state)
    generators.again(run, [each for each in beside if each.number in run.sent.rounds])
    going.without(state, {each.number for each in beside})
    _meet(run, goes_on)
    _come_back(run, own)
    for _ in range(_ROUNDS):
        for task in goes_on:
            run.frames = list(task.frames)
            _go_on(run, task, state)
    run.frames = frames
    loading = [each.function.fact.body for task in goes_on if task.replaces for each in task.functions]
    if loading:
        _interrupt(run, own, goes_on, loading)
    for event, record in run.recorder.records.items():
        record.capped = record.capped or record.fates != before.get(event)
    run.is_settling = False
    return state if after is not None else None


def _interrupt(run: Interpreter, own: Sequence[Going], others: Sequence[Task], loading: Sequence[Shape]) -> None:
    """One more round of each loop of those who began the tasks, once these have replaced weights in the midst of it."""
    frames, tasks = run.frames, dict(run.tasks)
    for each in own[:_MANY]:
        if waiting.has_joined(each.frames, each.loop) or _is_of_one_step(run, each):
            continue
        state = each.head.copy()
        for other in others:
            run.frames = list(other.frames)
            _go_on(run, other, state)
        run.frames = frames
        going.again(run, (each,), loading, state)
    run.tasks = tasks


def _is_of_one_step(run: Interpreter, each: Going) -> bool:
    """Whether a loop goes through the layers of a network: what it reads is over as soon as the step is."""
    classes = [frame.klass for frame in each.frames if frame.klass is not None]
    layered = any(run.project.classes.is_a(klass, "torch.nn.Module") for klass in classes)
    return layered and not any(walk.last_name(call.func) in STEPS for call in walk.calls(each.loop.body))


def _meet(run: Interpreter, goes_on: Sequence[Task]) -> None:
    """Each loop in which a coroutine waits, with what the others may have replaced by the time that it goes on."""
    every = list(run.tasks.items())
    loading = [(key, task) for key, task in every if task.replaces and task in goes_on]
    for key, task in every:
        for each in task.waiting:
            others = [other for other_key, other in loading if other_key != key and not _excludes(run, each, other)]
            state = each.head.copy()
            for other in others:
                run.frames = list(other.frames)
                _go_on(run, other, state)
            bodies = [one.function.fact.body for other in others for one in other.functions]
            going.again(run, (each,) if others else (), bodies, state)
    run.tasks = dict(every)


def _come_back(run: Interpreter, own: Sequence[Going]) -> None:
    """Each loop in which a server answers somebody, with what the one that started it may have replaced meanwhile."""
    served = [each for task in run.tasks.values() if task.again for each in task.waiting]
    frames, tasks = run.frames, dict(run.tasks)
    for each in served[:_MANY]:
        state = each.head.copy()
        for one in own[:_MANY]:
            run.frames = list(one.frames)
            begun = state.copy()
            for place, value in one.head.env.items():  # its own variables, unknown to the one that is served
                if begun.env.get(place) is None:
                    begun.env[place] = value
            after = run_shape(one.loop.body, begun, run)
            for way in (after.normal, after.continued):
                state = state if way is None else run.join(state, way)
        if state.loads != each.head.loads:
            going.again(run, (each,), [one.loop.body for one in own], state)
    run.frames, run.tasks = frames, tasks


def _excludes(run: Interpreter, each: Going, other: Task) -> bool:
    """Whether what is held around a loop is what another task asks for as well, or a function that it calls."""
    held = waiting.locks(each.frames[-1].body, each.loop)
    functions = [one.function for one in other.functions] if held else []
    named = {name for function in functions for name in function.fact.mentions}
    functions += [function for function in run.project.functions if function.fact.name in named]
    return bool(held) and not held.isdisjoint(waiting.entered(functions))


def _goes_on(run: Interpreter, task: Task) -> bool:
    """Whether what a task did where it began it may do later as well: each replacement is in a loop that goes on.

    What is begun for everyone who connects is done again with the next one.
    """
    if task.again:
        return True
    for event in run.recorder.records:
        if event.entry != run.entry or task.site not in event.chain:
            continue
        inner = (*event.chain, event.site)[event.chain.index(task.site) + 1]
        if not any(done_for_ever(run.project, each.function.fact.body, inner.span) for each in task.functions):
            return False
    return True


def _own_method(run: Interpreter, expr: facts.Call, state: State) -> frozenset[Callable]:
    """What a thread runs whose class says so itself."""
    func = expr.func
    if not isinstance(func, facts.Attribute) or func.attr != "start" or expr.arguments:
        return frozenset()
    thread = run.quiet().evaluate(func.value, state)
    classes = {t.ref for ref in thread.refs for t in run.types_of(ref, state)} | {t.ref for t in thread.types}
    if not any(run.project.classes.is_a(ref, "threading.Thread") for ref in classes):
        return frozenset()
    return attributes.methods_of(run, thread, "run", state)


def _begin(run: Interpreter, value: facts.Expr, state: State) -> bool:
    """Whether an argument is the call of a function in view that is a coroutine, which begins then."""
    if not isinstance(value, facts.Call):
        return False
    functions = run.quiet().evaluate(value.func, state).callables
    if not functions or not all(each.function.fact.is_async for each in functions):
        return False
    site = run.site(value.span)
    run.recorder.begins.add(site)
    given = Arguments.evaluate(run, value, state)
    _go_on(run, Task(tuple(run.frames), functions, given, value.span, site), state)
    return True


def _handed(run: Interpreter, start: Start, given: Arguments, state: State) -> Arguments:
    """The arguments of the function that is begun."""
    filled = (NOTHING,) * start.filled
    keyword, position = start.given
    if start.how == "rest":
        own = {start.function[0]}
        return Arguments(given.positional[position:], tuple(each for each in given.keywords if each[0] not in own))
    packed = given.find(keyword, position)
    if packed is not None and start.how in ("each", "unpacked"):
        packed = element(run, packed, state)
    if packed is not None and start.how == "each":
        return Arguments((packed,), ())
    extra = given.find(start.keywords, -1) if start.keywords else None
    keywords = tuple((str(key), value) for key, value in extra.keys or ()) if extra is not None else ()
    if packed is None:
        return Arguments(filled, keywords)
    if packed.items is not None:
        return Arguments((*filled, *packed.items), keywords)
    return Arguments(filled, keywords, (packed,))


def _go_on(run: Interpreter, task: Task, state: State) -> Value:
    """From here on a task may have done nothing yet, all of it, or some rounds of what it does for ever.

    One that is begun again at the same place begins anew.
    """
    key = _key(task)
    if key in run.tasks:
        going.without(state, {each.number for each in run.tasks[key].loops})
    known = set(state.env)
    outer, run.endless, passed, run.passed = run.endless, {}, run.passed, {}
    beside, run.is_beside = run.is_beside, True
    after = state.copy()
    startup.served(after)
    value = _run(run, task, after)
    ended = list(run.passed.values())
    met = [*run.endless.values(), *ended]
    run.passed, run.is_beside = passed, beside
    loops = tuple(each for each in run.endless.values() if each.number not in {f.number for f in task.frames})
    within = tuple(each for each in met if len(each.frames) > len(task.frames) and waiting.waits(each.loop))
    ways = [*(each.head for each in run.endless.values()), *([after] if UNREACHABLE not in after.guards else [])]
    ways += [each.head.copy() for each in ended if _is_under_way(each, task)]
    run.endless = outer
    replaces = any(way.loads != state.loads for way in ways)
    run.tasks[key] = replace(task, loops=loops, waiting=within, replaces=replaces)
    kept = {each.number for each in loops} | {SHARED}
    merged = state.copy()
    for way in ways:
        way.env = Table((place, v) for place, v in way.env.items() if place in known or place.frame in kept)
        merged = run.join(merged, way)
    state.become(merged)
    return value


def _is_under_way(each: Going, task: Task) -> bool:
    """Whether a loop is what a task does until it is told to stop: ``while self.running``."""
    if each.loop.test is None or len(each.frames) != len(task.frames) + 1:
        return False
    outer = (inner for other in walk.loops(each.frames[-1].body) for inner in walk.loops(other.body))
    return not any(inner is each.loop for inner in outer)


def _key(task: Task) -> tuple[Span, tuple[int, ...]]:
    return task.span, tuple(frame.number for frame in task.frames)


def _of_threads(run: Interpreter, task: Task, state: State) -> Value:
    """What threads of a pool do to what they are handed is done when their results are asked for, as a loop does it."""
    return _run(run, task, state)


def _run_apart(run: Interpreter, task: Task, state: State) -> Value:
    """What a process does with its copies is met by nobody here; the rounds of a loop that begins many are alike."""
    known = run.begun.get(task.site)
    if known is not None and known[0] == task.arguments:
        return known[1]
    value = _run(run, task, state.copy())
    run.begun[task.site] = task.arguments, value
    return value


def _run(run: Interpreter, task: Task, state: State) -> Value:
    """The functions of a task in the context of their caller, with a share of work of its own.

    A method counts as met on its own all the same, and so does what is handed something of unknown type.
    """
    owners, spent, limit = dict(run.local_owners), run.spent, run.limit
    run.limit = _share(run, task, limit)
    run.spent = run.shares.setdefault(task.site, [0])
    begun = run.spent[0]
    apart = {each.function.id for each in task.functions if each.receiver is not None}
    if any(value.refs and not value.types for value in task.arguments.everything()):
        apart |= {each.function.id for each in task.functions}
    known = [{name: set(table.get(name, ())) for name in apart} for table in _counted(run)]
    value = inlining.enter_each(run, task.functions, task.arguments, task.span, state, False)
    for table, before in zip(_counted(run), known, strict=True):
        table |= before
    run.recorder.total += run.spent[0] - begun
    run.spent, run.limit = spent, limit
    run.local_owners = owners  # what it keeps in its own variables is none of the caller's
    return value


def _share(run: Interpreter, task: Task, limit: int) -> int:
    """What one place may take: a worker that makes an environment with networks of its own is most of some programs."""
    others = sum(spent for site, (spent,) in run.shares.items() if site != task.site)
    return min(limit, SHARE) if others > SHARE else min(2 * limit, 3 * SHARE)


def _counted(run: Interpreter) -> tuple[dict[str, set[str]], ...]:
    """Who was met in whose context."""
    return run.recorder.called, run.recorder.within
