"""The recurrent-state domain: runs functions over abstract states, calling into project code where it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lstm_lint import facts
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Loop, Shape, Try, TryPart
from lstm_lint.model import Span
from lstm_lint.project import Project, Types
from lstm_lint.typestate import (
    answers,
    attributes,
    breaking,
    conditions,
    escapes,
    expressions,
    generators,
    handlers,
    loops,
    phases,
    registered,
    rounds,
    sessions,
    slots,
    statements,
    tasks,
    visits,
)
from lstm_lint.typestate.frame import RETURN, Frame
from lstm_lint.typestate.globals import Globals, place_in
from lstm_lint.typestate.going import Going
from lstm_lint.typestate.inlining import UNREACHABLE
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Site
from lstm_lint.typestate.recorder import Recorder
from lstm_lint.typestate.state import State
from lstm_lint.typestate.values import NOTHING, Callable, Guard, Value
from lstm_lint.typestate.wipers import Wipers
from lstm_lint.walk import Binding

MAX_DEPTH = 12
MAX_STEPS = 12_000
FEW = 40_000
"""Up to so many steps in all, more than most small projects take, an entry gets twice ``MAX_STEPS``."""
TIGHT_STEPS = 1_000
PLENTY = 160_000
"""After so many steps in all, each further entry gets only ``TIGHT_STEPS``: a large project must end too."""
LAST_STEPS = 60
SCARCE = 320_000
"""After so many, each gets only ``LAST_STEPS``: what they call is left unread, and what becomes of a state unknown."""
MAX_ACTIVATIONS = 24


def _share(total: int) -> int:
    """The steps that one more entry gets after so many steps in all."""
    if total < FEW:
        return 2 * MAX_STEPS
    if total < PLENTY:
        return MAX_STEPS
    return TIGHT_STEPS if total < SCARCE else LAST_STEPS


class Interpreter:
    """A domain for the flow engine; one per entry function."""

    def __init__(
        self, project: Project, index: slots.SlotIndex, recorder: Recorder, entry: str, limit: int = 2 * MAX_STEPS
    ) -> None:
        self.limit = min(limit, _share(recorder.total))
        self.hurried = recorder.total >= PLENTY
        self.spent = [0]
        self.project = project
        self.index = index
        self.recorder = recorder
        self.entry = entry
        self.frames: list[Frame] = []
        self._numbers: dict[object, int] = {}
        self.built: set[int] = set()  # the numbers of objects built in view of which conditions are known
        self.wipers = Wipers(index.wipers)
        self.as_weights: set[Place] = set()
        """What was read to be written into a network: a genome that a call plays with is no state of it."""
        self.alternatives: dict[str, frozenset[Guard]] = {}
        """The parts of each ``or`` that was met, by its text."""
        self.activations: dict[int, set[int]] = {}
        self.cut: set[int] = set()
        self.local_owners: dict[Path, str] = {}
        self.comprehended: dict[str, facts.Expr | None] = {}
        """The variables of the comprehensions that are under way, and what each goes through."""
        self.endless: dict[int, Going] = {}
        """The loops that nothing leaves."""
        self.passed: dict[int, Going] = {}
        """The other loops of this entry that ran while something went on beside it."""
        self.tasks: dict[object, tasks.Task] = {}
        """What was begun beside this entry."""
        self.sent = generators.Sent()
        self.is_beside = False
        """Whether it is one of those that runs."""
        self.is_settling = False
        """Whether those go on once more, after all else."""
        self.begun: dict[Site, tuple[object, Value]] = {}
        """What was begun apart from it, by call: the arguments, and what came of it."""
        self.shares: dict[Site, list[int]] = {}
        """The work that went into each."""
        self.handlers: dict[Callable, registered.Handler] = {}
        """The functions that something outside may call between two rounds of a loop."""
        self.handling = False
        self.escapes = escapes.Escapes()
        """The exceptions that called functions raise."""
        self.unbound: State | None = None
        """What held before another object was put in the place of one: whatever was to make it fails before that."""
        self.visits: dict[tuple[int, int], visits.Visits] = {}
        """The objects that a loop meets once each, by activation and loop, and how they were before it."""
        self.around: dict[int, int] = {}
        """The activation that each one of an inner function was defined in."""
        self.escaped: set[int] = set()
        """The activations whose variables a function that a module was given to run after loads may read."""

    # --- frames ---

    @property
    def frame(self) -> Frame:
        """The innermost activation."""
        return self.frames[-1]

    @property
    def globals(self) -> Globals:
        """The states in module variables."""
        return self.index.globals

    def frame_number(self, key: object) -> int:
        """A number for an activation, the same each time the same call is met in the same caller."""
        return self._numbers.setdefault(key, len(self._numbers))

    def live_frame(self, number: int | None) -> Frame | None:
        """The activation of that number while it is on the stack."""
        return next((frame for frame in reversed(self.frames) if frame.number == number), None)

    @contextmanager
    def entered(self, frame: Frame) -> Iterator[None]:
        """With the frame on the stack."""
        if frame.outer is not None and frame.outer != frame.number:
            self.around[frame.number] = frame.outer
        self.frames.append(frame)
        try:
            yield
        finally:
            self.frames.pop()

    def bound_names(self) -> dict[str, list[Binding]]:
        """All that the innermost function, or its module's top level, binds to local names."""
        return self.names_bound_in(self.frame)

    def names_bound_in(self, frame: Frame) -> dict[str, list[Binding]]:
        """All that the function of an activation, or its module's top level, binds to local names."""
        typing = self.project.typing
        return (typing.bindings(frame.function) if frame.function else typing.module_bindings(frame.module)).names

    def site(self, span: Span) -> Site:
        """A place in the file of the innermost activation."""
        module = self.frame.module
        return Site(module.name, module.path, span, -1, self.frame.qualname)

    def chain(self) -> tuple[Site, ...]:
        """The calls that led to the innermost activation, outermost first."""
        return tuple(frame.call for frame in self.frames if frame.call is not None)

    def run_body(self, body: Shape, state: State) -> tuple[State | None, State | None]:
        """The states after normal ends and returns, and after raises."""
        exits = run_shape(body, state, self)
        if exits.normal is not None and answers.is_asked(self):
            exits.normal.stamp(answers.answer_of(self.frame.number), False)
        ended = [s for s in (exits.normal, exits.returned) if s is not None]
        if exits.normal is not None and exits.returned is not None:
            local = Local(self.frame.number, RETURN)
            if local not in exits.normal.env:
                exits.normal.env[local] = Value(const=facts.Constant(None, Span(0, 0, 0, 0)))
            return self.join(exits.normal, exits.returned), exits.raised
        return (ended[0] if ended else None), exits.raised

    def evaluate(self, expr: facts.Expr, state: State, entering: bool = False) -> Value:
        """The value of ``expr``, its effects applied; ``entering`` when it is the item of a ``with``."""
        return expressions.evaluate(self, expr, state, entering)

    # --- the domain's protocol ---

    def copy(self, state: State) -> State:
        """An independent copy."""
        return state.copy()

    def join(self, left: State, right: State) -> State:
        """Either."""
        return left.join(right, self.default_field)

    def equal(self, left: State, right: State) -> bool:
        """The same."""
        return left.same(right)

    def observable(self, before: State, after: State) -> bool:
        """Whether weights were replaced in between."""
        if before.loads == after.loads:
            self.unbound = None
        return before.loads != after.loads

    def step(self, state: State, action: object) -> State | None:
        """The state after an action; None when a call in it never returns."""
        after = statements.step(self, state, action)
        return None if after is None or UNREACHABLE in after.guards else after

    def assume(self, state: State, test: object) -> tuple[State | None, State | None]:
        """Both arms of a test."""
        self.spent[0] += 1
        holds, fails = conditions.assume(self, state, test)
        if holds is not None and not self.project.library:
            breaking.broken(self, test, holds)
        dead = [arm is not None and UNREACHABLE in arm.guards for arm in (holds, fails)]
        return (None if dead[0] else holds), (None if dead[1] else fails)

    def thrown(self, after: State) -> State:
        """What an exception in or right after a replacement leaves."""
        unbound, self.unbound = self.unbound, None
        return handlers.thrown(after, unbound)

    def settled(self, escaping: State, normal: State | None) -> State:
        """What an exception leaves once it is known how the body goes on without one."""
        return handlers.settled(escaping, normal)

    def trying(self, shape: Try, part: TryPart) -> None:
        """Exceptions of called functions may come to it."""
        self.escapes.trying(self, shape, part)

    def enter_handler(self, state: State, action: object) -> State | None:
        """The state in which a handler begins, with what called functions have raised to it."""
        thrown = self.escapes.caught(action)
        state = state if thrown is None else self.join(state, thrown)
        return handlers.enter_handler(self, state, action)

    def catches_all(self, action: object) -> bool:
        """A bare ``except`` or one for Exception."""
        return handlers.catches_all(action)

    def begin_round(self, state: State) -> State:
        """What was registered may have run since the last round."""
        if self.handlers:
            registered.begin_round(self, state)
        return state

    def begin_loop(self, state: State, loop: Loop, again: bool) -> tuple[State | None, State | None]:
        """The next element bound; and the iterable run out."""
        return loops.begin_loop(self, state, loop, again)

    def end_round(self, state: State, loop: Loop) -> tuple[State, State | None]:
        """The end of a round, known as one that had it before; and as one that has another round behind it."""
        sessions.begin_again(self, loop, state)
        return loops.end_round(self, rounds.end(self, loop, state), loop)

    def end_for(self, before: State, after: State, loop: Loop) -> State:
        """What holds when the iterable has run out."""
        return loops.end_for(self, before, after, loop)

    def goes_on(self, head: State, loop: Loop) -> None:
        """Kept for what is begun beside it."""
        self.endless[id(loop)] = Going(loop, head.copy(), tuple(self.frames))

    def passes(self, head: State, loop: Loop) -> None:
        """Kept where something goes on beside it."""
        if (self.tasks or self.is_beside) and not self.handling:
            self.passed[id(loop)] = Going(loop, head.copy(), tuple(self.frames))

    # --- default values ---

    def quiet(self) -> Interpreter:
        """An interpreter in the same place that records nothing."""
        other = Interpreter(self.project, self.index, Recorder(), self.entry)
        other.frames = list(self.frames)
        other._numbers = self._numbers
        other.built = self.built
        other.wipers = self.wipers
        other.as_weights = self.as_weights
        other.alternatives = self.alternatives
        other.activations, other.around = self.activations, self.around
        other.cut = self.cut
        other.comprehended = self.comprehended
        other.handlers, other.handling, other.escaped = self.handlers, True, self.escaped
        other.spent = self.spent
        other.limit = self.limit
        return other

    def default_field(self, place: FieldPlace, state: State) -> Value | None:
        """The value of an attribute that no code on the path assigned."""
        if self.project.has_sessions and sessions.is_empty(self, place):
            return None
        types = self.types_of(place.owner, state)
        child = place.owner.child(place.attr)
        tags = phases.default_tags(self, place, state) or self.globals.arriving_in(self, place)
        found = self.project.typing.member(types, place.attr)
        types_here = state.narrowed.get(child, found)
        calls = self.index.outputs(place) if not tags else frozenset()
        value = Value(refs=frozenset({child}), types=types_here, tags=tags, src=frozenset({place}), calls=calls)
        return value if tags or found else attributes.worded(self, place, types, value)

    def types_of(self, path: Path, state: State) -> Types:
        """The types of the object at a path."""
        if path in state.narrowed:
            return state.narrowed[path]
        if not path.attrs:
            return self.index.root_types.get(path.root, frozenset())
        owner = path.parent
        attr = path.attrs[-1]
        held = state.heap.get(FieldPlace(owner, attr))
        if held is not None and held.types:
            return held.types
        types = self.types_of(owner, state)
        if attr.startswith("["):
            return self.project.typing.elements(types)
        return self.project.typing.member(types, attr)

    def read_field(self, owner: Path, attr: str, state: State) -> Value:
        """The value of ``owner.attr``, marked as read from there."""
        attr = self.spelling(owner, attr, state)
        place = FieldPlace(owner, attr)
        value = state.heap.get(place)
        if value is None:
            value = self.default_field(place, state) or NOTHING
            if value.tags or value.calls:
                state.heap[place] = value
        return value.with_src(place)

    def spelling(self, owner: Path, attr: str, state: State) -> str:
        """The name by which the rows of the vocabulary know an attribute of an object."""
        if attr not in self.project.vocabulary.aliases:
            return attr
        known = {self.project.classes.spelling(t.ref, attr) for t in self.types_of(owner, state)}
        return known.pop() if len(known) == 1 else attr

    def follow(self, path: Path, attrs: tuple[str, ...], state: State) -> frozenset[Path]:
        """The objects reached from ``path`` through attributes, as far as the path knows better than by name."""
        found = {path}
        for attr in attrs:
            step: set[Path] = set()
            for owner in found:
                held = state.heap.get(FieldPlace(owner, attr))
                step |= held.refs if held is not None and held.refs else {owner.child(attr)}
            found = step
        return frozenset(found)

    def lookup(self, name: str, state: State) -> Value | None:
        """The value of a variable: local, of an enclosing live function, or of the module being run."""
        place = self.lookup_place(name, state)
        return None if place is None else state.env[place].with_src(place)

    def lookup_place(self, name: str, state: State) -> Local | None:
        """The place that a variable is read from, None where no code on the path assigned it."""
        frame: Frame | None = self.frame
        while frame is not None:
            function = frame.function
            hidden = function is not None and name in function.globals
            place = Local(frame.number, name)
            if not hidden and place in state.env:
                return place
            outer = frame.outer if frame.outer != frame.number else None
            while outer is not None and not hidden and self.live_frame(outer) is None:
                if Local(outer, name) in state.env:
                    return Local(outer, name)  # of a function that has returned this one
                outer = self.around.get(outer)
            frame = self.live_frame(outer) if outer is not None else None
        for live in self.frames:
            if live.function is None and live.module is self.frame.module:
                place = Local(live.number, name)
                if place in state.env:
                    return place
        return None

    def local_place(self, name: str, state: State) -> Local:
        """The place a plain assignment to ``name`` writes."""
        function = self.frame.function
        if function is not None and name in function.nonlocals:
            if self.frame.outer is not None and Local(self.frame.outer, name) in state.env:
                return Local(self.frame.outer, name)
            frame = self.live_frame(self.frame.outer)
            while frame is not None:
                if Local(frame.number, name) in state.env:
                    return Local(frame.number, name)
                frame = self.live_frame(frame.outer)
        if function is not None and name in function.globals:
            for live in self.frames:
                if live.function is None and live.module is self.frame.module:
                    return Local(live.number, name)
            return place_in(self.frame.module.name, name)
        return Local(self.frame.number, name)

    @property
    def has_spent(self) -> bool:
        """Whether this entry has used up its share of work."""
        return self.spent[0] > self.limit

    def exceeded(self, function: facts.FunctionFact | None = None) -> bool:
        """Whether this entry has used up its share of work, or met one function in too many places."""
        if self.has_spent or len(self.frames) > MAX_DEPTH:
            return True
        return function is not None and len(self.activations.get(id(function), ())) > MAX_ACTIVATIONS
