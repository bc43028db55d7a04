"""Lists and counts that go in step with a state: wherever there is nothing in one of them, the state is an initial one.

Each step of the state puts something in the list, beside it; and where the list is begun anew, so is the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lstm_lint import facts, flow, walk
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.fillings import EMPTIES, Fillings, fills
from lstm_lint.project.looks import is_anew
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module

_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__"})
_COPIES = frozenset({"dict", "list", "tuple"})


class InStep:
    """Looks at all that is done with an attribute of a class; each once."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo], fillings: Fillings) -> None:
        self._modules = modules
        self._functions = functions
        self._fillings = fillings
        self._known: dict[tuple[ClassInfo, str], frozenset[str]] = {}

    def with_state(self, klass: ClassInfo, attr: str) -> frozenset[str]:
        """The lists and counts of a class that go in step with the state that its objects keep under a name."""
        key = (klass, attr)
        if key not in self._known:
            self._known[key] = self._with_state(klass, attr)
        return self._known[key]

    def _with_state(self, klass: ClassInfo, attr: str) -> frozenset[str]:
        family = self._fillings.family(klass)
        stepped = [each for each in self._writes(family, attr) if not each.anew]
        if not stepped or any(each.suite is None for each in stepped):
            return frozenset()
        beside = frozenset.intersection(*(_filled_beside(each) for each in stepped))
        return frozenset(name for name in beside if self._is_in_step(name, attr, klass, family))

    def _is_in_step(self, name: str, attr: str, klass: ClassInfo, family: list[ClassInfo]) -> bool:
        """Whether a list of the class is begun anew only where the state is as well."""
        if self._fillings.kind(name, klass) is None:
            return False
        resets = {
            function.name
            for each in family
            for function in each.fact.functions.values()
            if any(_is_reset(part, attr, frozenset()) for part in _suite(function.body))
        }
        emptied = [each for each in self._writes(family, name) if each.anew]
        return all(each.suite is not None and _is_reset_beside(each, attr, frozenset(resets)) for each in emptied)

    def _writes(self, family: list[ClassInfo], attr: str) -> Iterator[_Write]:
        """Where an attribute of such an object is written, but for what constructs it."""
        for body in every_body(self._modules, self._functions, attr):
            if body.scope.klass is not None and body.scope.klass not in family:
                yield from _foreign(body, attr)
            elif body.scope.klass is None:
                yield from _foreign(body, attr, "")
            elif body.scope.function is not None and body.scope.function.name not in _CONSTRUCTORS:
                yield from _foreign(body, attr)
                yield from _own(body.shape, attr)


class _Write(NamedTuple):
    """One place where an attribute is written; ``suite`` is what it stands in, None for what is not known."""

    anew: bool
    suite: tuple[flow.Shape, ...] | None = None
    at: int = 0


def _foreign(body: Body, attr: str, own: str | None = None) -> Iterator[_Write]:
    """What is written to an object that is not the own one; nothing is known of that."""
    function = body.scope.function
    if own is None:
        own = function.parameters[0].name if function is not None and function.parameters else ""
    for action in walk.actions(body.shape):
        for target in _written(action):
            if target.attr == attr and walk.chain(target.value) != own:
                yield _Write(False)
                yield _Write(True)


def _own(shape: flow.Shape, attr: str) -> Iterator[_Write]:
    """What is written to the own object, suite by suite."""
    for suite in _suites(shape):
        for index, part in enumerate(suite):
            if isinstance(part, flow.Step):
                for target in _written(part.action):
                    if target.attr == attr:
                        yield _Write(_begins(part.action, attr), suite, index)
            elif isinstance(part, flow.Loop) and part.head is not None:
                yield from (_Write(False) for target in _written(part.head) if target.attr == attr)


def _suite(shape: flow.Shape) -> tuple[flow.Shape, ...]:
    """What is done one after the other, in a ``with`` as well."""
    if isinstance(shape, flow.Sequence):
        return tuple(part for each in shape.shapes for part in _suite(each))
    final = shape.final if isinstance(shape, flow.Try) else None
    if isinstance(shape, flow.Try) and isinstance(final, flow.Step) and isinstance(final.action, facts.Exit):
        return (*_suite(shape.body), final)
    return (shape,)


def _suites(shape: flow.Shape) -> Iterator[tuple[flow.Shape, ...]]:
    """Every run of statements in a shape, one after the other."""
    todo = [shape]
    while todo:
        suite = _suite(todo.pop())
        yield suite
        for part in suite:
            todo.extend(walk.parts(part))


def _written(action: object) -> Iterator[facts.Attribute]:
    """The attributes that an action writes, empties or fills."""
    targets: tuple[facts.Expr, ...] = ()
    if isinstance(action, facts.Assign):
        targets = action.targets
    elif isinstance(action, (facts.Augment, facts.Iterate, facts.Enter)) and action.target is not None:
        targets = (action.target,)
    elif isinstance(action, facts.Delete):
        targets = action.targets
    for target in walk.flat(targets):
        whole = walk.container(target)
        if isinstance(whole, facts.Attribute):
            yield whole
    for call in walk.calls_in(action):
        func = call.func
        if isinstance(func, facts.Attribute) and func.attr in EMPTIES and isinstance(func.value, facts.Attribute):
            yield func.value


def _begins(action: object, attr: str) -> bool:
    """Whether an action gives an attribute an initial value, or empties it."""
    if isinstance(action, facts.Assign):
        pairs = [pair for target in action.targets for pair in walk.paired(target, action.value)]
        given = [value for target, value in pairs if isinstance(target, facts.Attribute) and target.attr == attr]
        return bool(given) and all(value is not None and _is_initial(value, attr) for value in given)
    return isinstance(action, facts.Evaluate) and any(
        isinstance(call.func, facts.Attribute)
        and call.func.attr in EMPTIES
        and walk.last_name(call.func.value) == attr
        for call in walk.calls_in(action)
    )


def _is_initial(value: facts.Expr, attr: str) -> bool:
    """Whether a value is an initial one, and not only the one before in another form: ``tuple(h.detach() …)``."""
    copied = isinstance(value, facts.Call) and walk.last_name(value.func) in _COPIES and bool(value.arguments)
    return is_anew(value) and not copied and attr not in map(walk.last_name, walk.expressions(value))


def _filled_beside(write: _Write) -> frozenset[str]:
    """The attributes of the own object that are filled, or counted up, in the suite of a step."""
    assert write.suite is not None
    names = {name for part in write.suite for name in _fills(part)}
    return frozenset(name for name in names if _is_filled_beside(write, name))


def _is_filled_beside(write: _Write, name: str) -> bool:
    return _is_beside(write, lambda part: name in _fills(part), lambda part: _has(part, name))


def _fills(part: flow.Shape) -> Iterator[str]:
    return fills(part.action) if isinstance(part, flow.Step) else iter(())


def _is_reset_beside(write: _Write, attr: str, resets: frozenset[str]) -> bool:
    """Whether the state is begun anew in the suite in which a list is."""
    return _is_beside(write, lambda part: _is_reset(part, attr, resets), lambda part: _has(part, attr))


def _is_reset(part: flow.Shape, attr: str, resets: frozenset[str]) -> bool:
    action = part.action if isinstance(part, flow.Step) else None
    if isinstance(action, facts.Assign):
        return _begins(action, attr)
    call = action.value if isinstance(action, facts.Evaluate) else None
    func = call.func if isinstance(call, facts.Call) else None
    return isinstance(func, facts.Attribute) and func.attr in resets and isinstance(func.value, facts.Name)


def _is_beside(write: _Write, wanted: Callable[[flow.Shape], bool], breaks: Callable[[flow.Shape], bool]) -> bool:
    """Whether the suite has what is wanted, and nothing between that and the write leaves it, or breaks it."""
    assert write.suite is not None
    for index, part in enumerate(write.suite):
        if wanted(part):
            between = write.suite[min(index, write.at) + 1 : max(index, write.at)]
            if not any(breaks(each) or walk.leaves(each) for each in between):
                return True
    return False


def _has(part: flow.Shape, attr: str) -> bool:
    """Whether a shape writes such an attribute."""
    return any(target.attr == attr for action in walk.actions(part) for target in _written(action))
