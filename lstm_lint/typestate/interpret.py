"""The recurrent-state domain: runs functions over abstract states, calling into project code where it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from lstm_lint import facts
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Loop, Shape
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Module, Project, Types
from lstm_lint.project.types import Scope
from lstm_lint.typestate import assign, atoms, conditions, events, expressions, lifetime, masks, phases, slots
from lstm_lint.typestate.elements import element_of
from lstm_lint.typestate.globals import Globals, place_in
from lstm_lint.typestate.inlining import UNREACHABLE, answer_of
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root, Site
from lstm_lint.typestate.recorder import Recorder
from lstm_lint.typestate.state import State
from lstm_lint.typestate.values import (
    NOTHING,
    Callable,
    Guard,
    Phase,
    Tag,
    Value,
    all_refs,
    join_values,
)
from lstm_lint.walk import Binding

MAX_DEPTH = 8
MAX_STEPS = 4_000
TIGHT_STEPS = 800
PLENTY = 80_000
"""After so many steps in all, each further entry gets only ``TIGHT_STEPS``: a large project must end too."""
MAX_ACTIVATIONS = 24
RETURN = "<return>"


@dataclass(eq=False)
class Frame:
    """One activation of a function, of a module body or of a class body."""

    number: int
    module: Module
    klass: ClassInfo | None
    function: facts.FunctionFact | None
    outer: int | None = None
    first: Value | None = None
    call: Site | None = None
    loops: list[facts.Iterate] = field(default_factory=list)
    pending: dict[int, facts.FunctionFact] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Where static questions are asked from."""
        return Scope(self.module, self.klass, self.function)

    @property
    def qualname(self) -> str:
        """The function's name in its project, for records."""
        return f"{self.module.name}:{self.function.qualname if self.function else '<module>'}"


class Interpreter:
    """A domain for the flow engine; one per entry function."""

    def __init__(
        self, project: Project, index: slots.SlotIndex, recorder: Recorder, entry: str, limit: int = MAX_STEPS
    ) -> None:
        self.limit = limit if recorder.total < PLENTY else min(limit, TIGHT_STEPS)
        self.spent = [0]
        self.project = project
        self.index = index
        self.recorder = recorder
        self.entry = entry
        self.frames: list[Frame] = []
        self._numbers: dict[object, int] = {}
        self.masks: dict[Place, set[Place]] = {}
        self.activations: dict[int, set[int]] = {}
        self.cut: set[int] = set()
        self.local_owners: dict[Path, str] = {}
        self.comprehended: set[str] = set()

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
        self.frames.append(frame)
        try:
            yield
        finally:
            self.frames.pop()

    def bound_names(self) -> dict[str, list[Binding]]:
        """All that the innermost function, or its module's top level, binds to local names."""
        typing, frame = self.project.typing, self.frame
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
        if exits.normal is not None and self._is_asked():
            exits.normal.stamp(answer_of(self.frame.number), False)
        ended = [s for s in (exits.normal, exits.returned) if s is not None]
        if exits.normal is not None and exits.returned is not None:
            local = Local(self.frame.number, RETURN)
            exits.normal.env.setdefault(local, Value(const=facts.Constant(None, Span(0, 0, 0, 0))))
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
        return before.loads != after.loads

    def thrown(self, after: State) -> State:
        """What an exception in or right after a replacement leaves: new weights, as a failed strict load does."""
        state = after.copy()
        state.retag(lambda place, tag: frozenset({replace(tag, cause="thrown")}) if tag.event is not None else None)
        return state

    def settled(self, escaping: State, normal: State | None) -> State:
        """Whoever resets further down in the body has thought of the state: an exception in between is no finding."""
        stale = {tag.event for _, value in normal.items() for tag in value.tags} if normal is not None else None

        def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
            if tag.event is None or tag.cause != "thrown":
                return None
            if stale is not None and tag.event not in stale:
                return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})
            return frozenset({replace(tag, cause=ESCAPED)})

        escaping.retag(change)
        return escaping

    def step(self, state: State, action: object) -> State | None:
        """The state after an action; None when a call in it never returns."""
        after = self._step(state, action)
        return None if after is None or UNREACHABLE in after.guards else after

    def _step(self, state: State, action: object) -> State | None:
        self.spent[0] += 1
        if isinstance(action, facts.Evaluate):
            self.evaluate(action.value, state)
            return None if _never_returns(action.value) else state
        if isinstance(action, facts.Assign):
            self._assign(action, state)
        elif isinstance(action, facts.Declare):
            self._declare(action, state)
        elif isinstance(action, facts.Augment):
            assign.augment(self, action, state)
        elif isinstance(action, facts.Return):
            value = NOTHING if action.value is None else self.evaluate(action.value, state)
            state.env[Local(self.frame.number, RETURN)] = value
            self._answer(action.value, value, state)
        elif isinstance(action, facts.Raise):
            if action.value is not None:
                self.evaluate(action.value, state)
        elif isinstance(action, facts.Define):
            self._define(action.function, state)
        elif isinstance(action, facts.DefineClass):
            self._define_class(action.klass, state)
        elif isinstance(action, facts.Enter):
            self._enter(action, state)
        elif isinstance(action, facts.Exit):
            self._exit(action, state)
        elif isinstance(action, facts.Delete):
            for target in action.targets:
                if isinstance(target, facts.Name):
                    assign.store(self, target, NOTHING, state)
        elif isinstance(action, facts.BindImport):
            for item in action.imports:
                self._import(item, state)
        return state

    def _is_asked(self) -> bool:
        """Whether what the function under way returns may say anything: it does not always return None."""
        function = self.frame.function
        if function is None or not self.chain():
            return False
        returned = self.project.typing.bindings(function).returns
        return any(not (isinstance(each, facts.Constant) and each.value is None) for each in returned)

    def _answer(self, expr: facts.Expr | None, value: Value, state: State) -> None:
        """What is stale where a function returns True is so where its call is true, and so on."""
        if not self._is_asked():
            return
        atom = answer_of(self.frame.number)
        if expr is None or isinstance(value.literal(), (bool, type(None))):
            state.stamp(atom, bool(expr is not None and value.literal()))
            return
        given = value.answer or (atoms.name_atom(self, expr, state) if isinstance(expr, facts.Name) else "")
        if given:
            for holds in (True, False):
                state.stamp(atom, holds, Guard(given, holds))

    def assume(self, state: State, test: object) -> tuple[State | None, State | None]:
        """Both arms of a test."""
        self.spent[0] += 1
        holds, fails = conditions.assume(self, state, test)
        dead = [arm is not None and UNREACHABLE in arm.guards for arm in (holds, fails)]
        return (None if dead[0] else holds), (None if dead[1] else fails)

    def begin_loop(self, state: State, loop: Loop) -> tuple[State | None, State | None]:
        """The next element bound; and the iterable run out."""
        head = loop.head
        assert isinstance(head, facts.Iterate)
        iterable = self.evaluate(head.iterable, state)
        done = state.copy()
        self._mark_loop(head, iterable)
        bound = element_of(self, head.iterable, iterable, state)
        assign.store(self, head.target, bound, state, each=True)
        return state, done

    def end_for(self, before: State, after: State, loop: Loop) -> State:
        """Run out: places that stand for every element were visited, the others maybe not."""
        head = loop.head
        assert isinstance(head, facts.Iterate)
        iterable = self.quiet().evaluate(head.iterable, before.copy())
        bases = iterable.src | {FieldPlace(p.parent, p.attrs[-1]) for p in iterable.refs if p.attrs}
        bound = element_of(self.quiet(), head.iterable, iterable, before.copy())
        elements = all_refs(bound)
        if bound.callables:
            return after  # functions that were seen to be put there
        for place, value in after.items():
            inside = isinstance(place, FieldPlace) and any(place.owner.starts_with(ref) for ref in elements)
            if inside or self._stands_for_elements(place, iterable.refs, bases):
                before.put(place, value)
        return self.join(before, after)

    def _stands_for_elements(self, place: object, refs: frozenset[Path], bases: frozenset[object]) -> bool:
        if place in bases:
            return True
        if isinstance(place, FieldPlace):
            for ref in refs:
                inside = place.owner.starts_with(ref) and len(place.owner.attrs) > len(ref.attrs)
                if inside and place.owner.attrs[len(ref.attrs)].startswith("["):
                    return True
        return False

    def enter_handler(self, state: State, action: object) -> State | None:
        """Handlers may always be entered, the end of a ``with`` only if it swallows."""
        if isinstance(action, facts.Swallow):
            if not self._swallows(action.item):
                return None
            self._caught(state, [a.value for a in action.item.arguments] if isinstance(action.item, facts.Call) else [])
            return state
        if isinstance(action, facts.Catch):
            self._caught(state, [] if action.exception is None else [action.exception])
        if isinstance(action, facts.Catch) and action.name is not None:
            state.env[Local(self.frame.number, action.name)] = NOTHING
        return state

    def _caught(self, state: State, exceptions: list[facts.Expr]) -> None:
        """What no replacement raises was raised before it: the old weights are still there."""
        names = [name for each in exceptions for name in _exception_names(each)]
        before = bool(names) and all(_RAISED_BEFORE.search(name) for name in names)

        def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
            if tag.cause != ESCAPED:
                return None
            return frozenset() if before else frozenset({replace(tag, cause="swap")})

        state.retag(change)

    def catches_all(self, action: object) -> bool:
        """A bare ``except`` or one for Exception."""
        if isinstance(action, facts.Catch):
            name = getattr(action.exception, "id", "")
            return action.exception is None or name in ("Exception", "BaseException")
        return False

    # --- actions ---

    def _assign(self, action: facts.Assign, state: State) -> None:
        value = self.evaluate(action.value, state)
        if action.annotation is not None:
            declared = self.project.typing.annotation(action.annotation, self.frame.scope)
            if declared and not value.types:
                value = replace(value, types=declared)
        if any(masks.is_flag(target) for target in action.targets):
            value = masks.answering(self, action.value, value, state)
        names = [target.id for target in action.targets if isinstance(target, facts.Name)]
        held = {place: state.get(place) for place in (self.local_place(name, state) for name in names)}
        for target in action.targets:
            assign.store(self, target, value, state)
        for place, before in held.items():
            lifetime.let_go(self, place, before, state)

    def _declare(self, action: facts.Declare, state: State) -> None:
        types = self.project.typing.annotation(action.annotation, self.frame.scope)
        if types and isinstance(action.target, facts.Name):
            root = Root("result", action.target.id, self.site(action.target.span))
            state.env[Local(self.frame.number, action.target.id)] = Value(refs=frozenset({Path(root)}), types=types)

    def _import(self, item: facts.Import, state: State) -> None:
        """Bind the name where it may mean something else elsewhere; at the top of a module it is found by name."""
        place = Local(self.frame.number, item.local)
        state.env.pop(place, None)
        symbols = self.project.symbols
        if self.frame.function is None and len(symbols.resolve_each(self.frame.module, item.local)) < 2:
            return
        found = symbols.imported(self.frame.module, item) if item.name != "*" else ()
        if found:
            state.env[place] = expressions.any_of(self, found, state)

    def _define(self, function: facts.FunctionFact, state: State) -> None:
        if self.frame.function is None:
            return  # module level: found by name
        info = self.project.symbols.function_info(self.frame.module, None, function)
        bound = Callable(info, None, self.frame.number)
        state.env[Local(self.frame.number, function.name)] = Value(callables=frozenset({bound}))

    def _define_class(self, klass: facts.ClassFact, state: State) -> None:
        if self.frame.function is not None:
            info = self.project.symbols.class_info(self.frame.module, klass)
            state.env[Local(self.frame.number, klass.name)] = Value(classes=frozenset({info}))
        inner = replace(self.frame, klass=self.project.symbols.class_info(self.frame.module, klass))
        with self.entered(inner):
            run_shape(klass.body, state, self)

    def _enter(self, action: facts.Enter, state: State) -> None:
        value = self.evaluate(action.item, state, entering=True)
        if action.target is not None:
            assign.store(self, action.target, value, state)

    def _exit(self, action: facts.Exit, state: State) -> None:
        expressions.leave_context(self, action.item, state)

    def _swallows(self, item: facts.Expr) -> bool:
        func = item.func if isinstance(item, facts.Call) else item
        name = getattr(func, "attr", getattr(func, "id", ""))
        return name in ("suppress", "ignored")

    def _mark_loop(self, head: facts.Iterate, iterable: Value) -> None:
        if head not in self.frame.loops and (iterable.parameters_of or iterable.weights_of):
            self.frame.loops.append(head)

    def note_mask(self, masks: frozenset[Place], masked: frozenset[Place]) -> None:
        """All ones in one of ``masks`` wipe the states in ``masked`` at the next step."""
        for place in masks:
            self.masks.setdefault(place, set()).update(masked)
            self.index.note_mask(place, masked)

    def masked_by(self, place: Place) -> set[Place]:
        """The states that all ones in a place wipe."""
        return self.masks.get(place, set()) | self.index.masks.get(place, set())

    # --- default values ---

    def quiet(self) -> Interpreter:
        """An interpreter in the same place that records nothing."""
        other = Interpreter(self.project, self.index, Recorder(), self.entry)
        other.frames = list(self.frames)
        other._numbers = self._numbers
        other.masks = self.masks
        other.activations = self.activations
        other.cut = self.cut
        other.comprehended = self.comprehended
        other.spent = self.spent
        other.limit = self.limit
        return other

    def default_field(self, place: FieldPlace, state: State) -> Value | None:
        """The value of an attribute that no code on the path assigned."""
        types = self.types_of(place.owner, state)
        child = place.owner.child(place.attr)
        tags = phases.default_tags(self, place, state)
        found = self.project.typing.member(types, place.attr)
        return Value(refs=frozenset({child}), types=state.narrowed.get(child, found), tags=tags, src=frozenset({place}))

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
        place = FieldPlace(owner, attr)
        value = state.heap.get(place)
        if value is None:
            value = self.default_field(place, state) or NOTHING
            if value.tags:
                state.heap[place] = value
        return value.with_src(place)

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
            if outer is not None and not hidden and self.live_frame(outer) is None and Local(outer, name) in state.env:
                return Local(outer, name)  # of a function that has returned this one
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

    def exceeded(self, function: facts.FunctionFact | None = None) -> bool:
        """Whether this entry has used up its share of work, or met one function in too many places."""
        if self.spent[0] > self.limit or len(self.frames) > MAX_DEPTH:
            return True
        return function is not None and len(self.activations.get(id(function), ())) > MAX_ACTIVATIONS


ESCAPED = "escaped"
_RAISED_BEFORE = re.compile(
    r"^(FileNotFound|Permission|IsADirectory|NotADirectory|OS|IO|Environment|EOF|Key|Timeout|Connection\w*|BlockingIO|"
    r"Unpickling|JSONDecode|Import|ModuleNotFound)Error$|^(BadZipFile|Empty|Again)$"
)
"""Exceptions of looking for weights, which a load that has begun to write them does not raise."""


def _exception_names(expr: facts.Expr) -> list[str]:
    if isinstance(expr, facts.Display):
        return [name for item in expr.items for name in _exception_names(item)]
    return [str(getattr(expr, "attr", getattr(expr, "id", "")))]


_EXITS = re.compile(r"^(sys\.exit|exit|quit|os\._exit|os\.abort|pytest\.(fail|skip|exit))$")


def _never_returns(expr: facts.Expr) -> bool:
    if not isinstance(expr, facts.Call):
        return False
    from lstm_lint.walk import chain

    name = chain(expr.func)
    return name is not None and _EXITS.match(name) is not None


__all__ = ["Frame", "FunctionInfo", "Interpreter", "events", "join_values"]
