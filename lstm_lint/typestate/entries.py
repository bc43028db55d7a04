"""Which functions are run on their own, and in what state they begin."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Module, Project
from lstm_lint.project.types import Scope, Type, Types
from lstm_lint.typestate import decorated, episodes, hooks, inlining, kept, requests, sessions, startup, tasks
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.emptied import sees_to
from lstm_lint.typestate.events import ANOTHER
from lstm_lint.typestate.frame import RETURN, Frame
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.idle import leaves_with
from lstm_lint.typestate.interpret import Interpreter
from lstm_lint.typestate.masks import outlives
from lstm_lint.typestate.objects import touches
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Root, Site, is_copy
from lstm_lint.typestate.recorder import Fate, Recorder
from lstm_lint.typestate.state import State
from lstm_lint.typestate.values import Callable, Phase, Tag, Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.slots import SlotIndex

MAX_ALIAS = 4
EXPLORING = ((80_000, 6_000), (150_000, 2_500), (250_000, 300))
LAST_EXPLORING = 60
"""The steps a method gets to look for slots while fewer were taken for that in all; unfound slots give no finding."""
_STARTS = re.compile(
    r"^_*(init|initiali[sz]e|initiali[sz]ation|setup|set_up|build)(_(agent|model|net|network|policy|self))?$"
)
"""Methods that finish what ``__init__`` began."""
LONG_STEPS = 60_000
"""What an entry may spend in a second run, where the project as a whole has it to spend."""
CONSTRUCTORS = ("__init__", "__post_init__", "__new__")


def run_function(
    project: Project,
    index: SlotIndex,
    recorder: Recorder,
    function: FunctionInfo,
    klass: ClassInfo | None,
    limit: int | None = None,
) -> None:
    """Run a function as an entry, its parameters being whatever may come in; ``klass`` is what ``self`` is."""
    _run(project, index, recorder, function, klass, limit)


def exploring(total: int) -> int:
    """The steps that one more method gets after so many in all."""
    return next((steps for enough, steps in EXPLORING if total < enough), LAST_EXPLORING)


def explore(project: Project, index: SlotIndex, function: FunctionInfo, klass: ClassInfo | None) -> bool:
    """Run a method to find slots; nothing is recorded, and less work is allowed. Whether that was enough for it."""
    recorder = Recorder()
    _run(project, index, recorder, function, klass, exploring(index.explored))
    index.explored += recorder.total
    return not recorder.cut and not recorder.left_out


def run_for_reset(
    project: Project, index: SlotIndex, recorder: Recorder, function: FunctionInfo, klass: ClassInfo
) -> State | None:
    """The state a method leaves behind when it is called on an object that carries state."""
    return _run(project, index, recorder, function, klass)


def _run(
    project: Project,
    index: SlotIndex,
    recorder: Recorder,
    function: FunctionInfo,
    klass: ClassInfo | None,
    limit: int | None = None,
) -> State | None:
    entry = f"{function.id}|{klass.id if klass is not None else ''}"
    run = Interpreter(project, index, recorder, entry)
    run.limit = limit or run.limit
    frame = Frame(run.frame_number(entry), function.module, function.klass, function.fact)
    state = State()
    first: Value | None = None
    handed: Value | None = None
    with run.entered(frame):
        for position, parameter in enumerate(function.fact.parameters):
            value = _parameter(run, function, klass, parameter, position)
            if position == 0 and klass is not None and not _is_static(function):
                first = value
            elif klass is not None and project.hooks.handed(function, position - 1):
                handed = value
            state.env[Local(frame.number, parameter.name)] = value
        frame.first = first
        episodes.begin(run, state)
        if first is not None and klass is not None:
            _after_init(run, project, index, klass, function, first, state)
            if _begins(project, function):
                state.fresh |= {ref.root for ref in first.refs}
        after = _decorated(run, function, state)
        if after is None:
            after, _ = run.run_body(_body(project, function.fact), state)
        after = tasks.settle(run, after)
        if after is None and requests.comes_any_time(function):
            after = _between_messages(run)
        if after is not None:
            hooks.go_on(run, function, first if project.hooks.of_itself(function) else handed, after)
        _account(run)
        if after is not None:
            _note_fresh_locals(run, after)
        if after is not None and function.fact.name not in CONSTRUCTORS:
            _leave(run, function, after)
    return after


def _body(project: Project, function: facts.FunctionFact) -> Shape:
    """What an entry runs: of what yields while a server goes on, ``lifespan(app)``, the part that starts it."""
    starts_one = function.is_generator and startup.is_start_up(project, function)
    return inlining.until_yield(function.body) if starts_one else function.body


def _between_messages(run: Interpreter) -> State | None:
    """The state in which a handler with a ``while True`` waits for the next message: others are answered meanwhile."""
    waiting = [each.head.copy() for each in run.endless.values() if len(each.frames) == len(run.frames)]
    return reduce(run.join, waiting) if waiting else None


def _decorated(run: Interpreter, function: FunctionInfo, state: State) -> State | None:
    """The state behind the wrapper that is called in the place of a function; None where there is none."""
    frame = run.frame
    names = [parameter.name for parameter in function.fact.parameters if parameter.kind in ("posonly", "positional")]
    given = [state.env[Local(frame.number, name)] for name in names]
    receiver = given.pop(0) if frame.first is not None and given else None
    after = state.copy()
    bound = Callable(function, receiver, -1)
    value = decorated.enter(run, bound, Arguments(tuple(given), ()), decorated.NOWHERE, after, inlining.enter_each)
    if value is None or inlining.UNREACHABLE in after.guards:
        return None
    after.env[Local(frame.number, RETURN)] = value
    return after


def starts(name: str) -> bool:
    """Whether a method of this name finishes what ``__init__`` began."""
    return _STARTS.search(name) is not None


def _account(run: Interpreter) -> None:
    run.recorder.total += run.spent[0]
    if run.has_spent:
        run.recorder.cut.add(run.entry)


def _begins(project: Project, function: FunctionInfo) -> bool:
    """Whether a method is run on an object that has done nothing yet."""
    name = function.fact.name
    if function.klass is not None:
        for row in project.classes.rows(function.klass):
            if name in row.first_hooks and project.classes.method(function.klass, row.first_hooks_unless) is None:
                return True
    constructing = project.callers.only_constructing(function) and name not in project.told_in_training
    return name in CONSTRUCTORS or starts(name) or constructing


Layout = tuple[dict[FieldPlace, Value], frozenset[tuple[str, ...]], kept.Kept]


def lay_out(project: Project, index: SlotIndex, klass: ClassInfo) -> Layout:
    """The objects that ``__init__`` leaves in the attributes of ``self``, which of them it makes, and what else."""
    method = project.classes.method(klass, "__init__")
    if not isinstance(method, FunctionInfo) or method.klass is None:
        return {}, frozenset(), kept.Kept()
    entry = f"{method.id}|{klass.id}|layout"
    share = exploring(index.explored) * (2 if project.callers.may_keep_state(klass) else 1)
    run = Interpreter(project, index, Recorder(), entry, share)
    frame = Frame(run.frame_number(entry), method.module, method.klass, method.fact)
    state = State()
    with run.entered(frame):
        for position, parameter in enumerate(method.fact.parameters):
            value = _parameter(run, method, klass, parameter, position)
            if position == 0:
                frame.first = value
            state.env[Local(frame.number, parameter.name)] = value
        after, _ = run.run_body(method.fact.body, state)
    index.explored += run.spent[0]
    if after is None or frame.first is None or not frame.first.refs:  # an `__init__` that is a class method has no self
        return {}, frozenset(), kept.Kept()
    return _canonical(run, next(iter(frame.first.refs)), after)


def _canonical(run: Interpreter, start: Path, state: State) -> Layout:
    """What the attributes below ``start`` hold, each object named by the first and shortest way to it."""
    names: dict[Path, Path] = {start: start}
    found: dict[FieldPlace, Value] = {}
    by_owner: dict[Path, list[FieldPlace]] = {}
    for place in state.heap:
        by_owner.setdefault(place.owner, []).append(place)
    beside = [ref for each in run.handlers if each.receiver is not None for ref in sorted(each.receiver.refs, key=str)]
    todo = [start]
    while todo or beside:
        if not todo:
            todo.append(beside.pop())
            names.setdefault(todo[0], todo[0])
        owner = todo.pop(0)
        for place in by_owner.get(owner, ()):
            held = state.heap[place]
            way = names[owner].child(place.attr)
            for ref in held.refs:
                if ref not in names and len(names[owner].attrs) < MAX_ALIAS:
                    names[ref] = way
                    todo.append(ref)
        for place in by_owner.get(owner, ()):  # what an attribute holds as well is not known by its collection
            held = state.heap[place]
            way = names[owner].child(place.attr)
            for ref in held.element.refs if held.element is not None else ():
                if ref not in names and len(way.attrs) < MAX_ALIAS:
                    names[ref] = way.child("[*]")
                    todo.append(ref)
    renaming = kept.Renaming.of(names, run.index.laid_out)
    for owner, name in names.items():
        for place in by_owner.get(owner, ()):
            value = state.heap[place]
            renamed = renaming.value(value)
            if renamed is not None:
                found[FieldPlace(name, place.attr)] = renamed
    made = frozenset(name.attrs for ref, name in names.items() if ref.root in state.fresh or is_copy(ref.root))
    return found, made, kept.left_behind(run, renaming, state)


def run_module(
    project: Project, index: SlotIndex, recorder: Recorder, module: Module, limit: int | None = None
) -> None:
    """Run the top level of a module; its end leaves nothing."""
    entry = f"{module.name}:<module>|"
    run = Interpreter(project, index, recorder, entry)
    run.limit = limit or run.limit
    with run.entered(Frame(run.frame_number(entry), module, None, None)):
        after, _ = run.run_body(sessions.again_and_again(project, module), State())
        after = tasks.settle(run, after)
        _account(run)
        if after is not None:
            _note_fresh_locals(run, after)


def _parameter(
    run: Interpreter, function: FunctionInfo, klass: ClassInfo | None, parameter: facts.Parameter, position: int
) -> Value:
    scope = Scope(function.module, function.klass, function.fact)
    if position == 0 and klass is not None and not _is_static(function):
        root = Root("self", "self", None, klass.id)
        types: Types = frozenset({Type(klass)})
        if any(getattr(d, "id", "") == "classmethod" for d in function.fact.decorators):
            return Value(classes=frozenset({klass}))
    else:
        site = Site(function.module.name, function.module.path, Span(0, 0, 0, 0), -1, function.id)
        root = Root("parameter", parameter.name, site)
        types = run.project.typing.parameter(parameter, position + 1, scope)
        if handed := run.project.hooks.handed(function, position - 1):
            types = handed
            run.index.assumed[Path(root)] = "inferred"
        elif not types and (types := run.project.ducks.parameter(function, parameter)):
            run.index.takes_for_fitting(Path(root))
    run.index.root_types[root] = types
    return Value(refs=frozenset({Path(root)}), types=types)


def _is_static(function: FunctionInfo) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in function.fact.decorators)


def _after_init(
    run: Interpreter,
    project: Project,
    index: SlotIndex,
    klass: ClassInfo,
    function: FunctionInfo,
    first: Value,
    state: State,
) -> None:
    """Let the entry know which objects ``__init__`` stored where: two attributes may hold one object."""
    if function.fact.name in CONSTRUCTORS:
        return
    for path, value in index.layout(klass).items():
        state.heap[path] = value
    kept.taken_up(run, index.kept(klass), state)
    _callback_model(run, project, klass, first, state)
    if project.callers.stepping:
        for attr, types in project.constructed.attributes(klass).items():
            _narrow(run, first, attr, types, state)
    for attr, types in project.ducks.attributes(klass).items():
        for ref in first.refs:
            state.narrowed[ref.child(attr)] = types
            index.takes_for_fitting(ref.child(attr))


def _callback_model(run: Interpreter, project: Project, klass: ClassInfo, first: Value, state: State) -> None:
    if project.classes.kind(klass) != "callback":
        return
    models = index_models(run, klass) or _named_models(run, klass)
    if models:
        _narrow(run, first, "model", models, state)


def _narrow(run: Interpreter, first: Value, attr: str, models: Types, state: State) -> None:
    """An attribute is taken to hold one of these algorithms, whatever base of them it is declared to be."""
    for ref in first.refs:
        held = state.heap.get(FieldPlace(ref, attr))
        if held is not None and held.types:
            state.heap[FieldPlace(ref, attr)] = replace(held, types=models)
        state.narrowed[ref.child(attr)] = models
        run.index.assumed[ref.child(attr)] = "inferred"
        run.index.assumed[ref.child(attr).child("policy")] = "inferred"


def _named_models(run: Interpreter, klass: ClassInfo) -> Types:
    """The algorithms in scope that have a state, where a callback that nothing registers names that state."""
    rows = run.project.vocabulary.classes.values()
    stock = {row.names[0]: {each.slot for each in row.state} for row in rows if row.kind == "algorithm" and row.state}
    named = frozenset().union(*(function.mentions for function in klass.fact.functions.values()))
    if not any(slots & named for slots in stock.values()):
        return frozenset()
    scope = {ref for ref in run.project.algorithms.in_scope(klass.module) if run.project.classes.states(ref)}
    return frozenset(Type(ref) for ref in scope or {name for name, slots in stock.items() if slots & named})


def index_models(run: Interpreter, klass: ClassInfo) -> Types:
    """The algorithms whose ``learn`` is given this callback."""
    return run.project.callbacks.models(klass)


def _note_fresh_locals(run: Interpreter, state: State) -> None:
    """A local becomes a slot when its first advance lands in it: loads before that met a fresh state."""
    for event, record in run.recorder.records.items():
        if event.entry == run.entry and not record.before:
            for owner, strength in run.local_owners.items():
                if touches(run, event.target, owner, state):
                    record.before.add("fresh")
                    record.strengths.add(strength)


def _leave(run: Interpreter, function: FunctionInfo, state: State) -> None:
    """Control leaves the code read: a stale state in an object that lives on goes with it."""
    if _ends_training(run, function):
        return
    site = Site(function.module.name, function.module.path, function.fact.span, -1, function.id)
    returned = state.env.get(Local(run.frame.number, RETURN))
    out = returned.refs | returned.holds if returned is not None else frozenset()
    for place, value in state.items():
        if not isinstance(place, FieldPlace):
            if place.frame == SHARED and run.index.globals.carried(place):
                name = place.name.rpartition(":")[2]
                _leaves_stale(run, value.tags, site, name, requests.comes_any_time(function))
            continue
        if _made_here(place.owner, state) and not any(place.owner.starts_with(ref) for ref in out):
            continue
        if not leaves_with(run.index, place) or run.index.is_fitting(place.owner):
            continue
        root = place.owner.root
        if root.kind == "global" and "[*]" in place.owner.attrs and sees_to(function, root.name, run.project.symbols):
            continue
        tags = frozenset(tag for tag in value.tags if not tag.guards or outlives(run, place, tag))
        if any(tag.phase is Phase.STALE for tag in tags) and not run.index.met_again.is_met(run.index, place):
            continue
        _leaves_stale(run, tags, site, place.attr)
    if returned is not None:
        _leaves_stale(run, returned.tags, site, "the returned state")


def _made_here(path: Path, state: State) -> bool:
    """Whether an object was built on the way, or is a copy that only such objects hold."""
    if not is_copy(path.root):
        return path.root.kind == "built"
    holders = {place.owner.root for base in path.prefixes() for place in state.ways(base)}
    return all(root.kind == "built" or is_copy(root) for root in holders)


def _ends_training(run: Interpreter, function: FunctionInfo) -> bool:
    """Whether training is over when a hook of a callback ends, and no program in view takes it up again."""
    if function.klass is None or run.project.callers.names_anywhere("reset_num_timesteps"):
        return False
    return any(function.fact.name in row.last_hooks for row in run.project.classes.rows(function.klass))


def _leaves_stale(run: Interpreter, tags: frozenset[Tag], site: Site, what: str, rebound: bool = False) -> None:
    """``rebound``: another object under the name of the old one is met as well."""
    for tag in tags:
        if tag.phase is Phase.STALE and tag.event is not None and (rebound or tag.event.row != ANOTHER):
            run.recorder.record(tag.event).fates.add(Fate("left", site, what, tag.strength))
