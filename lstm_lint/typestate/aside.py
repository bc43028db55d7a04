"""Functions that are handed flags of an end, and make nothing of them that a state could be told by.

``def act(self, seen, done): if done: self.plan = None`` begins the plan anew, and not the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import storing
from lstm_lint.typestate.counting import STORING
from lstm_lint.typestate.masks import names_an_end
from lstm_lint.typestate.paths import FieldPlace, Local, Place
from lstm_lint.typestate.values import Phase
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.flow import Branch, Shape
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def may_tell(run: Interpreter, frame: Frame, state: State) -> bool:
    """Whether a function under way is handed a flag of an end that it may tell a state by."""
    if frame.function is None:
        return False
    flags = {parameter.name for parameter in frame.function.parameters if names_an_end(parameter.name)}
    return bool(flags) and not _goes_aside(run, frame, flags, state)


def _goes_aside(run: Interpreter, frame: Frame, flags: set[str], state: State) -> bool:
    names = storing.made_of(frame.body, flags)
    places = [place for place, value in state.items() if any(tag.phase is Phase.CARRYING for tag in value.tags)]
    carried = {_name(place) for place in places}
    states = {_name(place) for place in places if isinstance(place, FieldPlace) or looks_like_state(place.name)}
    further = _leads_on(run, frame)
    decided: set[str] = set()
    used = False
    for action in walk.actions(frame.body):
        named = storing.named_with(action, names)
        if not named:
            continue
        used = True
        if further is not None and any(call.span == further for call in walk.calls_in(action)):
            continue  # the function that it calls is looked at by itself
        if not carried.isdisjoint(named) or storing.hands_on(action, names) or _is_kept(action):
            return False
        if not isinstance(action, STORING):
            branch = next((each for each in walk.branches(frame.body) if each.test is action), None)
            if branch is None or not _only_sets(branch, carried):
                return False
            decided |= set(_set_in(branch))
    return used and not _ask_for(run, decided, states)


def _name(place: Place) -> str:
    return place.name if isinstance(place, Local) else place.attr


def _leads_on(run: Interpreter, frame: Frame) -> object:
    """Where a function calls the next one under way."""
    at = run.frames.index(frame) + 1
    site = run.frames[at].call if at < len(run.frames) else None
    return None if site is None else site.span


def _is_kept(action: object) -> bool:
    """Whether an action puts something into an attribute, which others may ask."""
    targets = action.targets if isinstance(action, facts.Assign) else ()
    return any(isinstance(each, facts.Attribute) for each in walk.flat(targets))


def _only_sets(branch: Branch, carried: set[str]) -> bool:
    """Whether a test decides on nothing but literals that go into other places than a state's."""
    if walk.ending(branch.then) or walk.ending(branch.orelse):
        return False
    return all(
        isinstance(action, (facts.Assign, facts.Augment)) and isinstance(action.value, facts.Constant)
        for arm in (branch.then, branch.orelse)
        for action in walk.actions(arm)
    ) and all(name not in carried and not looks_like_state(name) for name in _set_in(branch))


def _set_in(branch: Branch) -> Iterator[str]:
    """What the arms of a test assign."""
    for arm in (branch.then, branch.orelse):
        for action in walk.actions(arm):
            targets = action.targets if isinstance(action, facts.Assign) else (getattr(action, "target", None),)
            for target in walk.flat(each for each in targets if each is not None):
                yield walk.last_name(walk.container(target))


def _ask_for(run: Interpreter, decided: set[str], carried: set[str]) -> bool:
    """Whether some function has to do with a state by what was decided: ``if self.first: self.h = None``."""
    return any(
        not decided.isdisjoint(function.fact.mentions)
        and not carried.isdisjoint(function.fact.mentions)
        and _goes_by(function.fact.body, decided, carried)
        for function in run.project.functions
    )


def _goes_by(shape: Shape, decided: set[str], carried: set[str]) -> bool:
    taken = {
        target.id
        for action in walk.actions(shape)
        if isinstance(action, facts.Assign) and not decided.isdisjoint(_named(action.value))
        for target in walk.flat(action.targets)
        if isinstance(target, facts.Name)
    }
    names = decided | storing.made_of(shape, taken)
    if any(not names.isdisjoint(named) and not carried.isdisjoint(named) for named in map(_named, walk.actions(shape))):
        return True
    return any(
        not names.isdisjoint(_named(branch.test))
        and any(not carried.isdisjoint(_named(action)) for arm in walk.parts(branch) for action in walk.actions(arm))
        for branch in walk.branches(shape)
    )


def _named(node: object) -> set[str]:
    return {walk.last_name(expr) for expr in walk.expressions(node)}
