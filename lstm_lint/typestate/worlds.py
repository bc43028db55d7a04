"""Which environments a state goes with: those that the code which carries it on steps.

Another environment may begin an episode meanwhile, for an evaluation, and nothing ends for the state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.looks import is_anew
from lstm_lint.typestate import ends, targets
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_MAKES = re.compile(r"^make(_|$)")
_Worlds = frozenset[Path] | None
"""Environments; None where one of them cannot be told."""


def of_others(run: Interpreter, begun: Value, named: facts.Expr, state: State) -> Callable[[Place], bool]:
    """Tells of a place whether the state in it goes with other environments than the one that begins an episode.

    ``named`` is that one as the code has it: of an object that nothing in view makes, the attribute it is in is known.
    """
    held = targets.place_of(run, named, state)
    own = frozenset({held.owner.child(held.attr)}) if isinstance(held, FieldPlace) else frozenset()
    refs = begun.refs or own

    made_with = _made_with(run, held, refs)

    @cache
    def is_of_others(place: Place) -> bool:
        if isinstance(place, FieldPlace):
            if made_with is not None and not place.owner.starts_with(made_with):
                return True
            if isinstance(held, FieldPlace) and _has_another(run, place, held, state):
                return True
            worlds = _of_attribute(run, place, state) if all(map(_is_told, refs)) else None
            others = refs | begun.holds  # what it was made of may be the environment that it wraps
        else:
            worlds, others = _of_variable(run, place, state), refs
        return bool(worlds) and worlds is not None and not any(_is_one(a, b) for a in worlds for b in others)

    return is_of_others if refs else lambda _: False


def _made_with(run: Interpreter, held: Place | None, refs: frozenset[Path]) -> Path | None:
    """The object under construction that makes an environment of its own, and begins it; None for any other."""
    if not isinstance(held, FieldPlace) or not refs:
        return None
    begins = (frame for frame in run.frames if frame.function is not None and frame.function.name == "__init__")
    for frame in begins:
        built = frame.first.refs if frame.first is not None else frozenset()
        if built == frozenset({held.owner}) and all(is_made_in(frame, ref) for ref in refs):
            return held.owner
    return None


def is_made_in(frame: Frame, ref: Path) -> bool:
    """Whether an object was made by a call in the body of a function."""
    site = ref.root.site
    if site is None or ref.attrs or site.path != frame.module.path:
        return False
    return site.function in (frame.qualname, str(frame.number))


def _is_told(ref: Path) -> bool:
    """Whether an object is known from others: what a parameter stands for may be what an attribute holds.

    What is made in view is no other object, ``gym.make(…)`` included.
    """
    made = ref.root.kind == "built" or (ref.root.kind == "result" and _MAKES.search(ref.root.name) is not None)
    return bool(ref.attrs) or made


def _is_one(one: Path, other: Path) -> bool:
    return one.starts_with(other) or other.starts_with(one)


def _of_variable(run: Interpreter, place: Local, state: State) -> _Worlds:
    frame = run.live_frame(place.frame)
    if frame is None:
        return None
    chains = ((chain, state.env.get(Local(frame.number, chain[0]))) for chain in _stepped(frame.body))
    return _all(_at(chain, root, state) for chain, root in chains if not _is_network(run, chain, root, state))


def _has_another(run: Interpreter, place: FieldPlace, begun: FieldPlace, state: State) -> bool:
    """Whether the methods that store a state step environments that the same object has under other names.

    ``self.eval_env`` begins beside ``self.envs``: each is made by itself, whoever makes them.
    """
    if begun.owner != place.owner:
        return False
    stepped: set[str] = set()
    for chain, root in _worlds(run, place, state):
        if root is None or len(chain) == 1:
            return False
        stepped.add(chain[1])
    if not stepped or begun.attr in stepped:
        return False
    return _is_made(run, place, begun.attr, state) and all(_is_made(run, place, attr, state) for attr in stepped)


def _is_made(run: Interpreter, place: FieldPlace, attr: str, state: State) -> bool:
    """Whether an attribute gets what calls make, which are handed no attribute of the object."""
    found = [
        isinstance(each.expr, (facts.Call, facts.Comprehension)) and not _reads_own(each.expr, function)
        for _, function in _methods(run, place, state)
        for each in run.project.typing.bindings(function).attributes.get(attr, ())
    ]
    return bool(found) and all(found)


def _reads_own(expr: facts.Expr, function: facts.FunctionFact) -> bool:
    own = function.parameters[0].name if function.parameters else ""
    return any(chain.startswith(f"{own}.") for chain in walk.chains(expr))


def _of_attribute(run: Interpreter, place: FieldPlace, state: State) -> _Worlds:
    """The environments that the methods step which store the attribute, or methods that these call on their object."""
    return _all(_at(chain, root, state) for chain, root in _worlds(run, place, state))


def _worlds(run: Interpreter, place: FieldPlace, state: State) -> Iterator[tuple[list[str], Value | None]]:
    """What the methods that store the attribute step, name by name, with the object where it is their own.

    Those that step nothing but a network are asked by others of the same object, which step the world.
    """
    for klass, function in _storing(run, place, state):
        found = list(_without_networks(run, place, function, (function, *_called(run, klass, function)), state))
        if not found:
            around = list(_calling(run, place, function, state))
            found = [each for other in around for each in _without_networks(run, place, other, (other,), state)]
        yield from found


def _without_networks(
    run: Interpreter,
    place: FieldPlace,
    function: facts.FunctionFact,
    bodies: Iterable[facts.FunctionFact],
    state: State,
) -> Iterator[tuple[list[str], Value | None]]:
    own = function.parameters[0].name
    for chain in _chains(run, own, bodies):
        root = Value(refs=frozenset({place.owner})) if chain[0] == own else None
        if not _is_network(run, chain, root, state):
            yield chain, root


def _calling(
    run: Interpreter, place: FieldPlace, function: facts.FunctionFact, state: State
) -> Iterator[facts.FunctionFact]:
    """The methods of the same object that call one of its methods."""
    for _, other in _methods(run, place, state):
        own = other.parameters[0].name if other.parameters else ""
        if own and any(walk.chain(call.func) == f"{own}.{function.name}" for call in walk.calls(other.body)):
            yield other


def _storing(run: Interpreter, place: FieldPlace, state: State) -> Iterator[tuple[ClassInfo, facts.FunctionFact]]:
    """The methods that store what they step in the attribute."""
    for klass, function in _methods(run, place, state):
        bound = run.project.typing.bindings(function).attributes.get(place.attr, ())
        if function.parameters and not all(is_anew(each.expr) for each in bound):
            yield klass, function


def _methods(run: Interpreter, place: FieldPlace, state: State) -> Iterator[tuple[ClassInfo, facts.FunctionFact]]:
    """The methods of the object that a place is in, those of its bases among them, with its class."""
    for klass in {t.ref for t in run.types_of(place.owner, state) if isinstance(t.ref, ClassInfo)}:
        for base in run.project.classes.lineage(klass):
            for function in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                yield klass, function


def _chains(run: Interpreter, own: str, bodies: Iterable[facts.FunctionFact]) -> Iterator[list[str]]:
    """What methods of one object step, name by name; ``own`` is what the object is called in it."""
    for each in bodies:
        bound = run.project.typing.bindings(each).names
        for root, *attrs in _stepped(each.body):
            through = [list(_gone_through(one.expr)) for one in bound.get(root, ()) if one.how == "element"]
            chains = [name.split(".") for names in through for name in names] or [[root, *attrs]]
            for first, *rest in chains:
                yield [own if first == each.parameters[0].name else first, *rest]


def _called(run: Interpreter, klass: ClassInfo, function: facts.FunctionFact) -> Iterator[facts.FunctionFact]:
    """The methods of its own object that a method calls."""
    for call in walk.calls(function.body):
        owner, _, name = (walk.chain(call.func) or "").rpartition(".")
        method = run.project.classes.method(klass, name) if owner == function.parameters[0].name else None
        if isinstance(method, FunctionInfo) and method.fact.parameters:
            yield method.fact


def _gone_through(expr: facts.Expr) -> Iterator[str]:
    """The attributes whose elements a loop goes through: ``self.envs``, alone or beside others that are no worlds."""
    if isinstance(expr, facts.Call) and walk.last_name(expr.func) in ("zip", "enumerate", "list"):
        for argument in expr.arguments:
            yield from _gone_through(argument.value)
    elif isinstance(expr, facts.Attribute) and (chain := walk.chain(expr)) is not None:
        yield chain


def _all(worlds: Iterable[_Worlds]) -> _Worlds:
    found: frozenset[Path] = frozenset()
    for each in worlds:
        if not each:
            return None
        found |= each
    return found


def _stepped(shape: Shape) -> Iterator[list[str]]:
    """What a body steps, name by name."""
    for owner in ends.stepped(shape):
        yield owner.split(".")


def _is_network(run: Interpreter, chain: list[str], root: Value | None, state: State) -> bool:
    """Whether what a chain of names leads to is a network: to step that is to advance its state, and no world."""
    refs = _followed(chain, root, state).refs if root is not None else frozenset()
    return bool(refs) and all(any(_advances(run, t.ref) for t in run.types_of(ref, state)) for ref in refs)


def _advances(run: Interpreter, ref: ClassRef) -> bool:
    """Whether a class is a recurrent network, not a world that holds one: an opponent's."""
    classes = run.project.classes
    if run.project.recurrence.of(ref) != "yes" or classes.kind(ref) == "env":
        return False
    return classes.is_a(ref, "torch.nn.Module") or classes.method(ref, "reset") is None


def _at(chain: list[str], root: Value | None, state: State) -> _Worlds:
    """The objects that a chain of names leads to, and those in them."""
    if root is None:
        return None
    held = _followed(chain, root, state)
    return frozenset().union(held.holds, *(state.reach(ref) for ref in held.refs)) if held.refs else None


def _followed(chain: list[str], root: Value, state: State) -> Value:
    """What a chain of names leads to that begins with a value."""
    held = root
    for attr in chain[1:]:
        refs: frozenset[Path] = frozenset()
        for ref in held.refs:
            inner = state.get(FieldPlace(ref, attr))
            refs |= inner.refs | inner.holds if inner is not None and inner.refs else {ref.child(attr)}
        held = Value(refs=refs)
    return held
