"""What a class or a loop keeps from step to step, as far as names and the shape of assignments tell.

This is read without running anything: a state goes into a call and its successor comes back out of it, or it has the
name of one and is written anew by methods other than the constructor. It says where a state may be, never that there
is one; what follows from it is no more than a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.looks import ANEW, is_anew, is_environment, is_named, makes_state
from lstm_lint.project.placed import Placed, place_each
from lstm_lint.project.stored import stored
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.vocabulary import names

CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "__setstate__"})
"""Methods in which what is written is the first state there is."""
_LIBRARIES = frozenset({"torch", "np", "numpy", "F", "nn", "math", "random", "jax", "jnp", "os", "time", "copy", "ray"})
_PLAIN = frozenset({
    "max", "min", "abs", "int", "float", "str", "list", "tuple", "dict", "set", "sorted", "sum", "len", "zip", "range",
    "map", "next", "iter", "print", "isinstance", "getattr", "deepcopy", "append", "detach", "clone", "to", "cpu",
    "cuda", "numpy", "Variable", "format", "join",
})  # fmt: skip
_SAME = frozenset({
    "detach", "clone", "to", "cpu", "cuda", "numpy", "data", "Variable", "contiguous", "wait", "result",
})  # fmt: skip
_PUTS_BACK = re.compile(r"^_*(set|load|restore|reset|init\w*|put|copy|from)(_|$)")
"""Methods that give an object a state from somewhere else rather than its own next one."""


class Kept(NamedTuple):
    """A state that is kept: as code names it, by whose call (empty: unknown) it is advanced, and what that is given."""

    name: str
    by: str
    path: str
    span: Span
    given: frozenset[str] = frozenset()


class Keeping:
    """What classes keep in their attributes and functions in their variables; each question answered once."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._of: dict[ClassInfo, tuple[Kept, ...]] = {}
        self._placed: dict[int, list[Placed]] = {}
        self._family: dict[ClassInfo, tuple[Kept, ...]] = {}
        self._reads: dict[int, frozenset[str]] = {}

    def placed(self, function: facts.FunctionFact) -> list[Placed]:
        """The actions of a function with what stands around each."""
        found = self._placed.get(id(function))
        if found is None:
            found = self._placed[id(function)] = list(place_each(function.body))
        return found

    def loops(self, function: facts.FunctionFact, call: facts.Call) -> tuple[Span, ...]:
        """The loops of a function that a call stands in."""
        placed = self.placed(function)
        found = (each.loops for each in placed if any(expr is call for expr in walk.expressions(each.action)))
        return next(found, ())

    def of_class(self, ref: ClassRef) -> tuple[Kept, ...]:
        """The states in attributes of a class, of its bases, of the classes below it and of what those mix in."""
        if isinstance(ref, str):
            return ()
        found = self._family.get(ref)
        if found is None:
            found = self._family[ref] = self._of_family(ref)
        return found

    def _of_family(self, ref: ClassInfo) -> tuple[Kept, ...]:
        below = self._classes.subclasses(ref)
        mixed = (base for each in below for base in self._classes.lineage(each))
        family = [*self._classes.lineage(ref), *below, *mixed]
        every = dict.fromkeys(klass for klass in family if isinstance(klass, ClassInfo))
        return tuple(kept for klass in every for kept in self._own(klass))

    def _own(self, klass: ClassInfo) -> tuple[Kept, ...]:
        found = self._of.get(klass)
        if found is None:
            found = self._of[klass] = tuple(self._find(klass))
        return found

    def _find(self, klass: ClassInfo) -> Iterator[Kept]:
        begun = {attr for f in klass.fact.functions.values() for attr in self._begun(f)}
        near = [klass, *(each for each in self._classes.subclasses(klass) if isinstance(each, ClassInfo))]
        read = {name for each in near for f in each.fact.functions.values() for name in self._read(f)}
        for name, function in klass.fact.functions.items():
            if name in ("__init__", "__post_init__", "__new__", "__setstate__") or not function.parameters:
                continue
            own = function.parameters[0].name + "."
            for step in self.steps(function):
                if not step.name.startswith(own):
                    continue
                attr = step.name.removeprefix(own)
                fed = step.name in step.given and (names.looks_like_state(attr) or attr in begun)
                keyed = bool(step.key) and attr in read
                if fed or keyed or (is_named(attr) and attr in read):
                    named = f'self.{attr}["{step.key}"]' if step.key else f"self.{attr}"
                    yield Kept(named, step.by.replace(own, "self.", 1), klass.module.path, step.span, step.given)
            for each in stored(function, self.steps(function)):
                yield Kept(each.name, each.by.replace(own, "self.", 1), klass.module.path, each.span, each.given)
            for attr, span in (*self._written(function, own), *self._handed_back(function, own)):
                if attr in read:
                    yield Kept(f"self.{attr}", "", klass.module.path, span)

    def _read(self, function: facts.FunctionFact) -> frozenset[str]:
        """What a function reads of its object, found once: every class above it asks."""
        found = self._reads.get(id(function))
        if found is None:
            found = self._reads[id(function)] = frozenset(_read(function))
        return found

    def _written(self, function: facts.FunctionFact, own: str) -> Iterator[tuple[str, Span]]:
        """The attributes named as a state of which a method writes an entry: ``self.memories[agent] = memory``."""
        for each in self.placed(function):
            action = each.action
            if isinstance(action, facts.Assign) and not is_anew(action.value):
                for target in walk.flat(action.targets):
                    chain = walk.chain(_held(target)) or ""
                    attr = chain.removeprefix(own)
                    if isinstance(target, facts.Subscript) and chain.startswith(own) and is_named(attr):
                        yield attr, target.span

    def _handed_back(self, function: facts.FunctionFact, own: str) -> Iterator[tuple[str, Span]]:
        """The attributes named as a state that a method is given the next of: ``self.rnn_state = new_rnn_state``."""
        given = {parameter.name for parameter in function.parameters[1:] if is_named(parameter.name)}
        if not given or _PUTS_BACK.search(function.name):
            return
        for each in self.placed(function):
            for target, value in _paired(each.action) if isinstance(each.action, facts.Assign) else ():
                chain = walk.chain(target) or ""
                attr = chain.removeprefix(own)
                if isinstance(value, facts.Name) and value.id in given and chain.startswith(own) and is_named(attr):
                    yield attr, target.span

    def _begun(self, function: facts.FunctionFact) -> Iterator[str]:
        """The attributes that are given what some ``initial_state()`` makes."""
        own = function.parameters[0].name if function.parameters else ""
        for each in self.placed(function):
            action = each.action
            if isinstance(action, facts.Assign) and makes_state(action.value):
                for part in walk.flat(action.targets):
                    chain = walk.chain(part) or ""
                    if chain.startswith(f"{own}."):
                        yield chain.removeprefix(f"{own}.")

    def in_loops(self, function: FunctionInfo) -> Iterator[tuple[Kept, tuple[Span, ...]]]:
        """The states in variables that a loop of a function hands on, with the loops around the call."""
        for step in self.steps(function.fact):
            if not step.loops or "." in step.name:
                continue
            fed = step.name in step.given and names.looks_like_state(step.name)
            keyed = any(part.isupper() and is_named(part) for part in map(_last, step.given))
            if fed or keyed or (is_named(step.name) and step.name in step.given):
                yield Kept(step.name, step.by, function.module.path, step.span, step.given), step.loops

    def steps(self, function: facts.FunctionFact) -> Iterator[Step]:
        """What comes out of calls and is put somewhere, directly or by way of variables."""
        out: dict[str, Step] = {}
        placed = self.placed(function)
        again = [each for each in placed if each.loops]  # `h_in = h_out` at the top of a round is of the round before
        for number, each in enumerate((*placed, *again)):
            action = each.action
            if isinstance(action, facts.Iterate):
                call = _stepping(action.iterable, out)
                for part in walk.flat((action.target,)):
                    if call is not None and isinstance(part, facts.Name):
                        out[part.id] = call._replace(name=part.id, loops=each.loops)
            if not isinstance(action, facts.Assign):
                continue
            for target, value in _paired(action):
                made = _stepping(value, out)
                name = walk.chain(_held(target))
                if name is None:
                    continue
                if made is None:
                    if name in out and isinstance(target, facts.Name) and number < len(placed):
                        del out[name]
                    continue
                step = made._replace(name=name, loops=each.loops, span=target.span)
                if isinstance(target, facts.Name):
                    out[name] = step
                yield step


class Step(NamedTuple):
    """A place that is given what a call made: the call, and what was handed to it."""

    name: str
    by: str
    given: frozenset[str]
    span: Span
    loops: tuple[Span, ...] = ()
    key: str = ""
    """The key that the state is under, where the place holds a dict."""


def _last(chain: str) -> str:
    return chain.rpartition(".")[2]


def _stepping(value: facts.Expr, out: dict[str, Step]) -> Step | None:
    """The call that a value comes out of, if one can advance a state."""
    while True:
        if isinstance(value, facts.Call) and walk.last_name(value.func) in _SAME:
            if isinstance(value.func, facts.Attribute) and not value.arguments:
                value = value.func.value
            elif value.arguments:
                value = value.arguments[0].value
            else:
                return None
        elif isinstance(value, facts.Call) and walk.last_name(value.func) in ("zip", "enumerate") and value.arguments:
            found = [_stepping(argument.value, out) for argument in value.arguments]
            known = [each for each in found if each is not None]
            return known[0] if known else None
        elif (inner := _inner(value)) is not None:
            value = inner
        else:
            break
    if isinstance(value, facts.Name):
        same = out.get(value.id)
        return same._replace(given=same.given | {value.id}) if same is not None else None
    if isinstance(value, facts.Attribute) and isinstance(value.value, facts.Name):
        return out.get(value.value.id)
    if isinstance(value, (facts.Display, facts.Comprehension)):
        parts = value.items if isinstance(value, facts.Display) else (value.element,)
        found = [_stepping(part, out) for part in parts]
        known = [each for each in found if each is not None]
        return known[0] if known else None
    if isinstance(value, facts.DictDisplay):
        for key, item in value.items:
            if isinstance(key, facts.Constant) and is_named(str(key.value)) and not is_anew(item):
                return Step("", "", frozenset(), value.span, key=str(key.value))
        return None
    if not isinstance(value, facts.Call) or not can_step(value):
        return None
    given = frozenset(
        chain
        for argument in value.arguments
        for expr in walk.expressions(argument.value)
        if isinstance(expr, (facts.Name, facts.Attribute)) and (chain := walk.chain(expr)) is not None
    )
    through = frozenset().union(*(out[name].given for name in given if name in out)) if out else frozenset()
    return Step("", walk.chain(value.func) or "", given | through, value.span)


def _inner(value: facts.Expr) -> facts.Expr | None:
    """What an item, or an attribute of a result, is read from."""
    if isinstance(value, (facts.Subscript, facts.Await)):
        return value.value
    return value.value if isinstance(value, facts.Attribute) and not isinstance(value.value, facts.Name) else None


def can_step(call: facts.Call) -> bool:
    """Whether a call may be one of a network, as far as its name and what it is called on tell."""
    name = walk.last_name(call.func)
    if name in _PLAIN or ANEW.search(name):
        return False
    chain = walk.chain(call.func)
    if chain is not None and chain.partition(".")[0] in _LIBRARIES:
        return False
    return not (isinstance(call.func, facts.Attribute) and is_environment(call.func.value))


def _paired(action: facts.Assign) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    for target in action.targets:
        yield from _each_paired(target, action.value)


def _each_paired(target: facts.Expr, value: facts.Expr) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """Each single target with what it is given, as far as that is spelled out; ``path, (h, c) = act(…)`` too."""
    if not isinstance(target, facts.Display):
        yield target, value
        return
    paired = isinstance(value, facts.Display) and len(value.items) == len(target.items)
    for index, part in enumerate(target.items):
        yield from _each_paired(part, value.items[index] if paired and isinstance(value, facts.Display) else value)


def _held(target: facts.Expr) -> facts.Expr:
    """The container that an item is written to."""
    while isinstance(target, (facts.Subscript, facts.Starred)):
        target = target.value
    return target


def _read(function: facts.FunctionFact) -> Iterator[str]:
    """The attributes of ``self`` that a function reads somewhere other than as a whole target."""
    own = function.parameters[0].name if function.parameters else ""
    for action in walk.actions(function.body):
        targets = {id(part) for part in walk.flat(action.targets)} if isinstance(action, facts.Assign) else set()
        for expr in walk.expressions(action):
            owner = expr.value if isinstance(expr, facts.Attribute) and id(expr) not in targets else None
            if isinstance(owner, facts.Name) and owner.id == own:
                yield walk.last_name(expr)
