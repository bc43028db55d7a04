"""Buffers of modules that are part of their ``state_dict``, and whether one holds recurrent state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project import left_unsaved
from lstm_lint.project.carried_buffers import is_carried
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.own_calls import handed
from lstm_lint.project.spelt import strings
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.types import Scope
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

if TYPE_CHECKING:
    from lstm_lint.project import Project

_WRITES = frozenset({"copy_", "set_"})
_FAR = 3
_EXPORTED = frozenset({"export", "script", "script_method"})


class Buffer(NamedTuple):
    """A ``register_buffer`` call, in a method of the class that gets the buffer."""

    klass: ClassInfo
    name: str
    call: facts.Call
    persistent: bool | None
    """None where it is decided by something other than a literal."""


class Buffers:
    """The buffers of classes, each looked for once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._own: dict[ClassInfo, tuple[Buffer, ...]] = {}

    def own(self, klass: ClassInfo) -> tuple[Buffer, ...]:
        """The buffers that the methods of a class register under names that are known."""
        found = self._own.get(klass)
        if found is None:
            known = "register_buffer" in klass.module.facts.mentions
            family = (klass, *self._project.classes.subclasses(klass)) if known else ()
            unsaved = left_unsaved.names(self._project.classes.lineage(klass)) if known else frozenset()
            found = self._own[klass] = tuple(
                buffer._replace(persistent=False) if buffer.name in unsaved else buffer
                for buffer in (_registered(klass, family) if known else ())
            )
        return found

    def is_persistent(self, ref: ClassRef, name: str) -> bool:
        """Whether an attribute of a class is a buffer that ``load_state_dict`` fills."""
        return any(
            buffer.name == name and buffer.persistent
            for base in self._project.classes.lineage(ref)
            if isinstance(base, ClassInfo)
            for buffer in self.own(base)
        )

    def is_state(self, buffer: Buffer) -> bool:
        """Whether a buffer holds recurrent state: by its name and its use, or by what a cell or weights make of it."""
        if looks_like_state(buffer.name) and self._holds_state(buffer):
            return True
        if _is_exported(buffer.klass) or cannot_be_state(buffer.name):
            return False
        family = (buffer.klass, *self._project.classes.subclasses(buffer.klass))
        if any(buffer.name in self._project.own_memories.by_weights(klass) for klass in family):
            return True
        return any(
            is_carried(self._project, Scope(klass.module, klass, function), buffer.name)
            for klass in family
            for function in klass.fact.functions.values()
            if function.parameters and buffer.name in function.mentions
        )

    def _holds_state(self, buffer: Buffer) -> bool:
        """Whether a call of a recurrent network reads the buffer, and what comes out of it is put there again."""
        if _is_exported(buffer.klass):
            return False
        own = [
            klass
            for klass in (buffer.klass, *self._project.classes.subclasses(buffer.klass))
            if self._project.recurrence.of(klass) == "yes" or self._project.recurrence.of(buffer.klass) == "yes"
        ]
        return any(
            _Flow(self._project, Scope(klass.module, klass, function), _own(function, buffer.name)).goes_round()
            for klass in own
            for function in klass.fact.functions.values()
            if function.parameters and buffer.name in function.mentions
        )


def _registered(klass: ClassInfo, family: Sequence[ClassInfo]) -> Iterator[Buffer]:
    for function in klass.fact.functions.values():
        if "register_buffer" not in function.mentions or not function.parameters:
            continue
        for action in walk.actions(function.body):
            for expr in walk.expressions(action):
                own = f"{function.parameters[0].name}.register_buffer"
                if isinstance(expr, facts.Call) and walk.chain(expr.func) == own:
                    yield from _buffers(klass, expr, function, family)


def _buffers(
    klass: ClassInfo, call: facts.Call, function: facts.FunctionFact, family: Sequence[ClassInfo]
) -> Iterator[Buffer]:
    plain = [a.value for a in call.arguments if a.keyword is None]
    named = {a.keyword: a.value for a in call.arguments if a.keyword is not None}
    name = plain[0] if plain else named.get("name")
    given = plain[2] if len(plain) > 2 else named.get("persistent")
    if name is None or any(a.star for a in call.arguments):
        return
    persistent: bool | None = True
    if given is not None:
        persistent = bool(given.value) if isinstance(given, facts.Constant) else None
    for each in sorted(strings(name, call, function, family)):
        yield Buffer(klass, each, call, persistent)


def _is_exported(klass: ClassInfo) -> bool:
    """Whether a class is made for TorchScript, which knows no state but that of buffers, and is never loaded into."""
    return any(
        str(getattr(decorator, "attr", "")) in _EXPORTED
        for function in klass.fact.functions.values()
        for decorator in function.decorators
    )


def _own(function: facts.FunctionFact, name: str) -> str:
    return f"{function.parameters[0].name}.{name}"


class _Flow:
    """Where a buffer goes in one method and what comes back to it, whatever path is taken.

    Or where a parameter goes that another method of the object hands the buffer to.
    """

    def __init__(self, project: Project, scope: Scope, place: str, far: int = _FAR) -> None:
        assert scope.function is not None
        self._project = project
        self._scope = scope
        self._place = place
        self._far = far
        self._actions = list(walk.actions(scope.function.body))
        self._read = self._spread(set(), self._is_read)
        self._made = self._spread(set(), self._is_made)

    def goes_round(self) -> bool:
        """Whether what a recurrent call makes of the buffer is written to the buffer."""
        return any(self._writes(action) for action in self._actions)

    def gives_back(self) -> bool:
        """Whether what a recurrent call makes of it is returned."""
        return any(isinstance(action, facts.Return) and self._comes_out(action.value) for action in self._actions)

    def _spread(self, names: set[str], comes_from: object) -> set[str]:
        """The variables that get something of a kind, and those that get something of these."""
        while True:
            more = {
                name
                for action in self._actions
                if isinstance(action, (facts.Assign, facts.Iterate))
                for value in [action.value if isinstance(action, facts.Assign) else action.iterable]
                if comes_from(value) or self._mentions(value, names)  # type: ignore[operator]
                for target in (action.targets if isinstance(action, facts.Assign) else (action.target,))
                for name in _names(target)
            }
            if more <= names:
                return names
            names = names | more

    def _is_read(self, value: object) -> bool:
        return any(walk.chain(expr) == self._place for expr in _plain(value))

    def _is_made(self, value: object) -> bool:
        return any(isinstance(expr, facts.Call) and self._advances(expr) for expr in walk.expressions(value))

    def _advances(self, call: facts.Call) -> bool:
        """Whether a call of something recurrent is given the buffer."""
        given = [argument.value for argument in call.arguments]
        if not any(map(self._goes_in, given)):
            return False
        if self._far and any(
            self._goes_in(each.value) and _Flow(self._project, each.scope, each.parameter, self._far - 1).gives_back()
            for each in handed(self._project, call, self._scope)
        ):
            return True
        types = self._project.typing.of(call.func, self._scope)
        if not types:
            return isinstance(call.func, facts.Subscript) and walk.chain(call.func.value) is not None
        return any(self._project.recurrence.of(t.ref) == "yes" and not t.of_class for t in types)

    def _goes_in(self, value: facts.Expr) -> bool:
        return self._is_read(value) or self._mentions(value, self._read)

    def _mentions(self, value: object, names: set[str]) -> bool:
        return any(isinstance(expr, facts.Name) and expr.id in names for expr in walk.expressions(value))

    def _writes(self, action: object) -> bool:
        if isinstance(action, facts.Assign):
            written = any(self._is_place(target) for target in _flat(action.targets))
            return written and self._comes_out(action.value)
        return any(
            isinstance(expr, facts.Call)
            and isinstance(expr.func, facts.Attribute)
            and expr.func.attr in _WRITES
            and self._is_place(expr.func.value)
            and any(self._comes_out(argument.value) for argument in expr.arguments)
            for expr in walk.expressions(action)
        )

    def _comes_out(self, value: object) -> bool:
        return self._is_made(value) or self._mentions(value, self._made)

    def _is_place(self, target: facts.Expr) -> bool:
        """The buffer, its data, or all of its items: a table that is written item by item is no state."""
        if isinstance(target, facts.Subscript) and walk.is_whole(target.index):
            target = target.value
        return walk.chain(target) in (self._place, f"{self._place}.data")


def _plain(value: object) -> Iterator[facts.Expr]:
    """Every expression in a value, but for what only asks for the shape or the device of another."""
    asked = {id(e.value) for e in walk.expressions(value) if isinstance(e, facts.Attribute) and e.attr in _ASKED}
    return (expr for expr in walk.expressions(value) if id(expr) not in asked)


_ASKED = frozenset({"shape", "size", "device", "dtype", "ndim", "dim", "new_zeros"})


def _flat(targets: tuple[facts.Expr, ...]) -> Iterator[facts.Expr]:
    for target in targets:
        if isinstance(target, facts.Display):
            yield from _flat(target.items)
        elif isinstance(target, facts.Starred):
            yield target.value
        else:
            yield target


def _names(target: facts.Expr) -> Iterator[str]:
    return (each.id for each in _flat((target,)) if isinstance(each, facts.Name))
