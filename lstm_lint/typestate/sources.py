"""Where new weights come from: a swap, or a sync from a live, trained copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.sync_words import OTHERS
from lstm_lint.typestate import noise
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.optimized import optimized, trained
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.refitted import is_from_scratch
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.project import Module
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_TRAINED = re.compile(
    r"(^|_)(shared|global|learner|online|cent(?:er|re|ral)|server|master|trainer)(_|$)", re.IGNORECASE
)
_TRAINER = re.compile(r"(^|_)(learner|server|ps)(_(client|proxy|handle|stub))?$", re.IGNORECASE)
_LATEST = re.compile(r"(^|_)(latest|newest)_(policy|model|weights?|params?|parameters|net\w*)$", re.IGNORECASE)
_TARGET = re.compile(r"(^|_)(target|targ|tgt)(_|$)", re.IGNORECASE)
_STORED = re.compile(r"best|pool|league|opponent|archive|snapshot|checkpoint|ckpt|member|rival", re.IGNORECASE)
_GIVING = frozenset({"state_dict", "get_parameters"})


def is_sync(run: Interpreter, target: Path, source: Value | None, state: State) -> bool:
    """Whether the weights come from a module that an optimizer trains, or that is named as the trained one.

    A candidate of a search is no copy of its centre.
    """
    if source is not None and source.noise == noise.CANDIDATE:
        return False
    if source is not None and (
        any(_is_average(run, place) for place in source.src) or _is_averaged(run, source, state)
    ):
        return False
    if source is not None and names_trained(source):
        return True  # `self.shared_weights["net"]`: what the learner puts out
    if any(frame.function is not None and _LATEST.search(frame.function.name) for frame in run.frames):
        return True  # `read_latest_policy()`: what a learner in another process writes, by way of a file
    if source is not None and _sent_by_a_learner(run, source):
        return True
    if source is None or (source.copied and not _is_sent_as_a_copy(run, source, state)):
        return False
    if not source.weights_of:
        return _told_by_a_learner(source, state)
    if is_single(run, target, state) and not any(is_single(run, path, state) for path in source.weights_of):
        return False  # those of one of many
    stepped = frozenset().union(*(trained(run.index.trained, frame.module) for frame in run.frames))
    if all(is_from_scratch(run, target, path, state) for path in source.weights_of):
        return False
    own = _names(target, state)[0]
    given = frozenset[str]().union(*(_names(path, state)[0] for path in source.weights_of))
    if any(map(_TRAINED.search, given)) and not any(map(_TRAINED.search, own)):
        return True  # whatever else goes by the name that an optimizer is given
    is_trained = own & _stepped_there(run, target, stepped, state) and not _is_namesake(run, target, source, state)
    if is_trained and not _follows_a_namesake(run, target, source, state):
        return False
    around = _holders(target, state)
    for path in source.weights_of:
        last, every = _names(path, state)
        every |= _holders(path, state) - around
        alone = is_single(run, path, state)  # of several that are trained, another one each time
        there = _stepped_there(run, path, frozenset(), state) if alone else frozenset[str]()
        if last & (stepped | there) or any(_TRAINED.search(name) for name in every):
            return True
        if (every & stepped) - around:
            return True
    return bool(source.weights_of) and all(_is_target_of(target, path, state) for path in source.weights_of)


def _is_sent_as_a_copy(run: Interpreter, source: Value, state: State) -> bool:
    """Whether another process gives what it holds of one network: the copy is for the way, and no snapshot of old."""
    if not source.weights_of or not all(is_single(run, path, state) for path in source.weights_of):
        return False
    for place in source.src:
        frame = run.live_frame(place.frame) if isinstance(place, Local) else None
        if frame is not None and isinstance(place, Local):
            exprs = tuple(binding.expr for binding in run.names_bound_in(frame).get(place.name, ()))
            asked = [call.func for call in walk.calls_in(exprs) if walk.last_name(call.func) == "remote"]
            if asked and not any(_STORED.search(walk.chain(func) or "") for func in asked):
                return True
    return False


def _is_namesake(run: Interpreter, target: Path, source: Value, state: State) -> bool:
    """Whether what an optimizer is given by this name is a variable that holds the other one; this is an attribute."""
    given = [optimized(run.index.trained, frame.module) for frame in run.frames]
    variables = frozenset[str]().union(*(each.variables for each in given))
    if _names(target, state)[0] & frozenset[str]().union(*(each.attributes for each in given)):
        return False
    holding = [(place.name, value) for place, value in state.env.items() if place.name in variables]
    return not any(target in value.refs for _, value in holding) and any(
        value.refs and value.refs <= source.weights_of for _, value in holding
    )


def _follows_a_namesake(run: Interpreter, target: Path, source: Value, state: State) -> bool:
    """Whether what is trained by its names is the one network that gives, an attribute of a class that has not this."""
    if not all(is_single(run, path, state) for path in source.weights_of):
        return False
    modules = {id(each): each for each in (*(frame.module for frame in run.frames), *_modules_of(run, target, state))}
    given = {key: optimized(run.index.trained, module) for key, module in modules.items()}
    held = [place for place in state.ways(target) if place.owner != target]
    names = _names(target, state)[0]
    if not held or any(names & (each.variables | each.loose) for each in given.values()):
        return False
    training = {(key, klass) for key, each in given.items() for name, klass in each.own if name in names}
    holders = [t.ref for place in held for t in run.types_of(place.owner, state)]
    return bool(holders) and all(
        isinstance(holder, ClassInfo)
        and training.isdisjoint(
            (id(klass.module), klass.fact.qualname)
            for klass in run.project.classes.lineage(holder)
            if isinstance(klass, ClassInfo)
        )
        for holder in holders
    )


def names_trained(value: Value) -> bool:
    """Whether the place that something was read from is named as the trained copy, or as the rank that trains it."""
    return any(_TRAINED.search(_name_of(place)) for place in value.src)


def _is_target_of(target: Path, source: Path, state: State) -> bool:
    """Whether one network of an object is named as the target of another one of it, which is no stranger."""
    own, given = _names(target, state)[0], _names(source, state)[0]
    beside = bool(target.attrs) and bool(source.attrs) and target.parent == source.parent
    strange = any(OTHERS.search(name) or _TARGET.search(name) for name in given)
    return beside and not strange and any(map(_TARGET.search, own))


def _is_average(run: Interpreter, place: Place) -> bool:
    """Whether the average of several networks is in a place."""
    if isinstance(place, FieldPlace):
        return place.attr in run.project.averages.attributes
    frame = run.live_frame(place.frame)
    return frame is not None and run.project.averages.is_bound_to_one(place.name, frame.body)


def _is_averaged(run: Interpreter, source: Value, state: State) -> bool:
    """Whether weights are those of a network that gets the average of others, and that nothing trains."""
    averaged = run.project.averaged
    if not source.weights_of or not averaged:
        return False
    stepped = frozenset().union(*(trained(run.index.trained, frame.module) for frame in run.frames))
    return all(_names(path, state)[0] & (averaged - stepped) for path in source.weights_of)


def _stepped_there(run: Interpreter, target: Path, stepped: frozenset[str], state: State) -> frozenset[str]:
    """What is trained in the modules where a target was built or is held: elsewhere the same name is another's."""
    modules = {id(module): module for module in _modules_of(run, target, state)}.values()
    return frozenset().union(*(trained(run.index.trained, module) for module in modules)) if modules else stepped


def _modules_of(run: Interpreter, target: Path, state: State) -> Iterator[Module]:
    """Where an object was built, and where the classes and functions stand that have a name for it."""
    for base in target.prefixes():
        if base.root.site is not None and not base.attrs:
            yield from (module for module in run.project.modules if module.path == base.root.site.path)
        owners = {place.owner for place in state.ways(base)} | ({base} if base != target else set())
        for owner in owners:
            yield from (t.ref.module for t in run.types_of(owner, state) if isinstance(t.ref, ClassInfo))
        for place, value in state.env.items():
            frame = run.live_frame(place.frame) if value.refs == frozenset({base}) else None
            if frame is not None:
                yield frame.module


def is_put_back(run: Interpreter, receiver: facts.Expr | None, source: Value | None) -> bool:
    """Whether an attribute gives the weights back that a method of the same class copied from the same object.

    So does early stopping: ``self.best = deepcopy(self.model.state_dict())``, and later the load of ``self.best``.
    """
    own, klass = walk.chain(receiver) if receiver is not None else None, run.frame.klass
    if not own or "." not in own or klass is None or source is None or source.weights_of:
        return False
    for place in source.src:
        if isinstance(place, FieldPlace) and not place.owner.attrs and place.owner in _refs_of_first(run):
            methods = klass.fact.functions.values()
            bound = [b.expr for f in methods for b in run.project.typing.bindings(f).attributes.get(place.attr, ())]
            saved = [expr for expr in bound if not walk.is_none(expr)]
            if saved and all(_copies_of(expr, own) for expr in saved):
                return True
    return False


def _refs_of_first(run: Interpreter) -> frozenset[Path]:
    return run.frame.first.refs if run.frame.first is not None else frozenset()


def _copies_of(expr: facts.Expr, owner: str) -> bool:
    """Whether weights are asked of an object that the source writes so, and of no other."""
    asked = {
        walk.chain(each.func.value)
        for each in walk.expressions(expr)
        if isinstance(each, facts.Call) and isinstance(each.func, facts.Attribute) and each.func.attr in _GIVING
    }
    return asked == {owner}


def _name_of(place: Place) -> str:
    return place.name if isinstance(place, Local) else place.attr


def _told_by_a_learner(source: Value, state: State) -> bool:
    """Whether a call on what is named as the trained one gave them: ``self.learner.get_weights()``.

    Or on a part of it, as the method of a remote one is: ``self.learner.get_weights.remote()``.
    """
    owners = {mark.owner for mark in source.calls}
    named = [_names(owner, state)[0] | set(owner.attrs[-2:-1]) for owner in owners]
    return bool(named) and all(
        any(_TRAINER.search(name) for name in names) and not any(_STORED.search(name) for name in names)
        for names in named
    )


def _sent_by_a_learner(run: Interpreter, source: Value) -> bool:
    """Whether they came in by a parameter that remote calls hand the learner's weights to, in an actor's process."""
    for place in source.src:
        frame = run.live_frame(place.frame) if isinstance(place, Local) else None
        if frame is None or frame.function is None or not _is_asked_from_afar(run, frame):
            continue
        name = _name_of(place)
        if any(parameter.name == name for parameter in frame.function.parameters):
            function = run.project.symbols.function_info(frame.module, frame.klass, frame.function)
            if run.project.handed.is_sent(function, name):
                return True
    return False


def _is_asked_from_afar(run: Interpreter, frame: Frame) -> bool:
    """Whether a function gets its arguments from another process: it is run on its own, or by a remote call."""
    if frame.call is None:
        return True
    index = next((n for n, each in enumerate(run.frames) if each is frame), 0)
    call = walk.call_at(run.frames[index - 1].body, frame.call.span) if index else None
    return call is not None and walk.last_name(call.func) == "remote"


def _names(path: Path, state: State) -> tuple[set[str], set[str]]:
    """The names a program has for an object: the last ones, and those with the objects that hold it."""
    last = {path.attrs[-1]} if path.attrs else {path.root.name}
    every = {*path.attrs, path.root.name}
    for base in path.prefixes():
        held = {place.attr for place in state.ways(base)}
        held |= {place.name for place, value in state.env.items() if value.refs == frozenset({base})}
        every |= held
        if base == path:
            last |= held
    return last, every


def _holders(path: Path, state: State) -> set[str]:
    """The names of the attributes that lead to an object, from whatever object holds one that holds it."""
    found: set[str] = set()
    todo, seen = [path], {path}
    while todo:
        here = todo.pop()
        found |= set(here.attrs)
        for base in here.prefixes():
            for place in state.ways(base):
                found.add(place.attr)
                if place.owner not in seen:
                    seen.add(place.owner)
                    todo.append(place.owner)
    return found
