"""What a method that resets the state does besides, and so who may add a call of it: read from its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Applicability
from lstm_lint.project import FunctionInfo
from lstm_lint.project.looks import is_environment
from lstm_lint.project.symbols import External
from lstm_lint.project.types import Scope
from lstm_lint.vocabulary.names import looks_like_state
from lstm_lint.vocabulary.schema import MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

SAFE, UNSAFE, DISPLAY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY

_DEPTH = 4
"""So many calls deep a reset is read."""

_MAKES_WEIGHTS = re.compile(
    r"(^|_)(reset|re_?init|init|initiali[sz]e|load|set|reload|restore)_(\w+_)?(weights?|parameters?|params|state_dict)(_|$)"
)
_INITIALISES = re.compile(r"init|reset|weight|orthogonal|xavier|kaiming|uniform|normal", re.IGNORECASE)
_LAYER = re.compile(r"^torch\.nn\.(modules\.\w+\.)?(?!Parameter$)[A-Z]\w*$")
_RESETS = re.compile(r"reset|init|clear|zero|forget|new", re.IGNORECASE)
_LOGGER = re.compile(r"log", re.IGNORECASE)
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception", "log"})
_BEGINS = frozenset({"reset", "reset_async", "async_reset", "step", "step_async"})
_WEIGHTS = frozenset({"parameters", "named_parameters"})
_TAKES_OUT = frozenset({"pop", "popitem", "popleft", "get_nowait", "recv"})


def effect(trace: Trace, method: FunctionInfo, slots: frozenset[str]) -> Applicability:
    """SAFE where a method does nothing but begin the states in ``slots`` anew; DISPLAY where no fix may call it.

    That is one which undoes what replaced the weights, begins an episode, or gives out what its caller needs.
    """
    fact = method.fact
    if fact.is_async or fact.is_generator:
        return DISPLAY  # a call of it alone does nothing
    reading = _Reading(trace, slots)
    return _worst((reading.does(method, 0), DISPLAY if reading.gives_out(method, 0) else SAFE))


def _worst(found: Iterable[Applicability]) -> Applicability:
    each = set(found)
    return DISPLAY if DISPLAY in each else UNSAFE if UNSAFE in each else SAFE


class _Reading:
    """One method, and those that it calls on its object and on its parts."""

    def __init__(self, trace: Trace, slots: frozenset[str]) -> None:
        self._trace = trace
        self._slots = slots
        self._read: set[str] = set()

    def does(self, method: FunctionInfo, depth: int) -> Applicability:
        """What the body does besides resetting."""
        if method.id in self._read:
            return SAFE
        if depth > _DEPTH:
            return UNSAFE
        self._read.add(method.id)
        return _worst(self._actions(method, depth))

    def _actions(self, method: FunctionInfo, depth: int) -> Iterator[Applicability]:
        outer = method.fact.globals | method.fact.nonlocals
        for action in walk.actions(method.fact.body):
            if isinstance(action, facts.Assign):
                for target in action.targets:
                    for one, value in walk.paired(target, action.value):
                        yield self._stores(one, value, method, outer)
            elif isinstance(action, facts.Augment):
                yield self._stores(action.target, None, method, outer)
            elif isinstance(action, facts.Delete):
                yield _worst(self._stores(target, None, method, outer) for target in action.targets)
            elif isinstance(action, facts.Iterate) and _goes_through_weights(action.iterable):
                yield DISPLAY
            into_state = isinstance(action, facts.Assign) and all(map(self._is_state, action.targets))
            for call in walk.calls_in(action):
                dropped = isinstance(action, facts.Evaluate) and action.value is call
                if not into_state or self._is_world(call.func, method) or self._makes_weights(call):
                    yield self._call(call, dropped, method, depth)

    def _stores(
        self, target: facts.Expr, value: facts.Expr | None, method: FunctionInfo, outer: frozenset[str]
    ) -> Applicability:
        if isinstance(target, facts.Name):
            return UNSAFE if target.id in outer else SAFE
        if isinstance(value, facts.Call) and self._is_network(value, method):
            return DISPLAY
        if self._is_state(target):
            return SAFE
        root = walk.root(target)
        if isinstance(target, facts.Subscript) and isinstance(root, facts.Name) and root.id != _own(method):
            return SAFE if root.id not in outer and walk.container(target) is root else UNSAFE
        return UNSAFE

    def _is_state(self, expr: facts.Expr) -> bool:
        """Whether an expression is a state, a part of one, or an attribute that is named as one."""
        while isinstance(expr, (facts.Attribute, facts.Subscript)):
            if isinstance(expr, facts.Attribute) and (expr.attr in self._slots or looks_like_state(expr.attr)):
                return True
            expr = expr.value
        return False

    def _is_network(self, value: facts.Call, method: FunctionInfo) -> bool:
        project = self._trace.project
        types = project.typing.of(value, _scope(method))
        known = project.typing.callee(value.func, _scope(method))
        if isinstance(known, External) and _LAYER.search(known.dotted):
            return True
        return any(
            project.recurrence.of(t.ref) == "yes" or project.classes.is_a(t.ref, "torch.nn.Module") for t in types
        )

    def _call(self, call: facts.Call, dropped: bool, method: FunctionInfo, depth: int) -> Applicability:
        if self._makes_weights(call):
            return DISPLAY
        callee = self._callee(call, method)
        if isinstance(callee, FunctionInfo):
            return self.does(callee, depth + 1)
        on = call.func.value if isinstance(call.func, facts.Attribute) else None
        name = walk.last_name(call.func)
        if isinstance(callee, MethodRow) and callee.resets and not callee.uses:
            return SAFE
        if name == "setattr" and len(call.arguments) == 3:
            named = call.arguments[1].value
            return SAFE if isinstance(named, facts.Constant) and named.value in self._slots else UNSAFE
        if name == "print" or (name in _LEVELS and on is not None and _LOGGER.search(walk.last_name(on))):
            return SAFE  # it only says so
        if on is None:
            return UNSAFE if dropped else SAFE
        if self._is_part_of_state(on):
            return SAFE
        if name in _BEGINS and (not dropped or self._is_world(on, method)):
            return DISPLAY
        if not dropped:
            return UNSAFE if name in _TAKES_OUT else SAFE
        return SAFE if self._is_reset(name, on, method) else UNSAFE

    def _is_reset(self, name: str, on: facts.Expr, method: FunctionInfo) -> bool:
        """Whether a call whose value nobody takes resets something: by its name, or a variable in place."""
        if _RESETS.search(name) and looks_like_state(name):
            return True
        return isinstance(on, facts.Name) and on.id != _own(method) and name.endswith("_")

    def _is_part_of_state(self, on: facts.Expr) -> bool:
        while isinstance(on, (facts.Attribute, facts.Subscript, facts.Call)):
            if isinstance(on, facts.Attribute) and on.attr in self._slots:
                return True
            on = on.func if isinstance(on, facts.Call) else on.value
        return False

    def _is_world(self, on: facts.Expr, method: FunctionInfo) -> bool:
        project = self._trace.project
        types = project.typing.of(on, _scope(method))
        return is_environment(on) or any(project.classes.kind(t.ref) == "env" for t in types)

    def _makes_weights(self, call: facts.Call) -> bool:
        """Whether a call initialises or loads weights, by its name and by what it is handed."""
        name = walk.last_name(call.func)
        if _MAKES_WEIGHTS.search(name):
            return True
        if name == "apply" and call.arguments:
            given = call.arguments[0].value
            return isinstance(given, facts.Lambda) or _INITIALISES.search(walk.last_name(given)) is not None
        in_init = isinstance(call.func, facts.Attribute) and walk.last_name(call.func.value) == "init"
        return in_init and not any(self._is_state(argument.value) for argument in call.arguments)

    def _callee(self, call: facts.Call, method: FunctionInfo) -> FunctionInfo | MethodRow | None:
        """The function of the project that a call runs, or what the vocabulary says of it."""
        project, scope = self._trace.project, _scope(method)
        known = project.typing.callee(call.func, scope)
        if isinstance(known, FunctionInfo):
            return known
        if not isinstance(call.func, facts.Attribute):
            return None
        on = call.func.value
        if method.klass is not None and isinstance(on, facts.Call) and walk.chain(on.func) == "super":
            return project.classes.method_after(project.classes.lineage(method.klass)[1:], call.func.attr)
        for t in sorted(project.typing.of(on, scope), key=str):
            found = project.classes.method(t.ref, call.func.attr)
            if found is not None:
                return found
        return None

    def gives_out(self, method: FunctionInfo, depth: int) -> bool:
        """Whether a method returns anything but itself and its states: an observation goes lost where it is dropped."""
        bound = self._trace.project.typing.bindings(method.fact)
        stored = {b.expr.id for slot in self._slots for b in bound.attributes.get(slot, ())
                  if isinstance(b.expr, facts.Name)}  # fmt: skip
        return any(not self._is_own(value, stored, method, depth) for value in bound.returns)

    def _is_own(self, value: facts.Expr, stored: set[str], method: FunctionInfo, depth: int) -> bool:
        if isinstance(value, facts.Constant):
            return True
        if isinstance(value, facts.Name):
            return value.id == _own(method) or value.id in stored or looks_like_state(value.id)
        if isinstance(value, facts.Display):
            return all(self._is_own(item, stored, method, depth) for item in value.items)
        if isinstance(value, facts.Call):
            callee = self._callee(value, method)
            if isinstance(callee, FunctionInfo) and depth < _DEPTH and callee is not method:
                return not self.gives_out(callee, depth + 1)
            return looks_like_state(walk.last_name(value.func)) or walk.last_name(value.func) in ("zeros", "zeros_like")
        return self._is_state(value)


def _goes_through_weights(iterable: facts.Expr) -> bool:
    return any(walk.last_name(call.func) in _WEIGHTS for call in walk.calls_in(iterable))


def _own(method: FunctionInfo) -> str:
    return method.fact.parameters[0].name if method.klass is not None and method.fact.parameters else ""


def _scope(method: FunctionInfo) -> Scope:
    return Scope(method.module, method.klass, method.fact)
