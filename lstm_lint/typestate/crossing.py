"""Episodes that end while a state is carried: where that was, and which states it concerns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, FunctionInfo, handed_out
from lstm_lint.typestate import (
    ends,
    lifetime,
    live,
    masks,
    objects,
    out_of_table,
    own_flags,
    telling,
    trials,
    untold,
    wiped,
    worlds,
)
from lstm_lint.typestate.globals import SHARED
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Site
from lstm_lint.typestate.values import CROSSED, Guard, Phase, Tag, Value, all_tags, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def cross(
    run: Interpreter,
    base: Value,
    func: facts.Attribute,
    itself: bool,
    state: State,
    among: frozenset[str] | None = None,
    players: frozenset[Path] | None = None,
) -> None:
    """An episode ends: what is carried now, ``among`` variables and attributes, would go on into the next one.

    Where ``players`` are known, it is the next one for them alone.

    So it is for the variables of the functions that know this environment, and for those of modules and closures; other
    functions under way are in an episode of their own. Where an environment begins anew in its own step, those who step
    it are told, or not, by what that gives: here it is so for the states that it keeps itself.
    """
    if run.is_settling or trials.is_under_way(run, func.value):  # what goes on then has begun once, before
        return
    lifetime.collect(run, state)
    known = {run.frame.number} | {
        place.frame for place, value in state.env.items() if not value.refs.isdisjoint(base.refs)
    }
    guards = frozenset(Guard(atom, holds) for atom, holds in state.guards.items() if not atom.startswith("<"))
    guards |= frozenset(masks.implied(run, state))
    number = run.index.end(run.site(func.span))
    cause = f"{CROSSED} {number}"
    is_of_others = worlds.of_others(run, base, func.value, state)
    is_superseded = cache(lambda place: out_of_table.is_superseded(run, place, func.span))
    is_shelved = cache(lambda owner: _is_shelved(run, owner, state))
    inside = base.refs if _is_own_step(run.frame, base) else frozenset[Path]()

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase is not Phase.CARRYING or tag.cause != "advance" or is_of_others(place):
            return None
        if among is not None and (place.name if isinstance(place, Local) else place.attr) not in among:
            return None
        if players is not None and isinstance(place, FieldPlace) and not any(map(place.owner.starts_with, players)):
            return None
        if inside and not (isinstance(place, FieldPlace) and any(map(place.owner.starts_with, inside))):
            return None
        if isinstance(place, Local) and place.frame not in known and not _is_of_all(run, place, state):
            return None
        if is_superseded(place) or wiped.before(tag, state.guards) or _may_be_told(run, place, state):
            return None
        if isinstance(place, FieldPlace) and (is_shelved(place.owner) or own_flags.hears(run, place, state)):
            return None
        if isinstance(place, Local) and trials.begins_anew_at_times(run.frame.body, func.span, place.name):
            return None
        state.parted = True
        return frozenset({Tag(tag.phase, tag.owner, tag.event, tag.guards | guards, tag.strength, cause)})

    state.retag(change)
    untold.note(run, func, number, itself, state)


def _is_shelved(run: Interpreter, owner: Path, state: State) -> bool:
    """Whether nothing but lists of variables leads to a mere record of tensors: nobody goes on from what was put there.

    ``posts.append(state)`` in a model that is trained on what an earlier episode left, in the loop that plays the next.
    """
    if owner.root.kind != "built" or state.ways(owner) or not objects.is_record(run, owner, state):
        return False
    return not any(owner in value.refs for value in state.env.values())


def _may_be_told(run: Interpreter, place: Place, state: State) -> bool:
    """Whether whoever ends the episode may have got a method that clears an attribute."""
    if not isinstance(place, FieldPlace):
        return False
    known = run.index.cleared_by_others
    for t in run.types_of(place.owner, state):
        if isinstance(t.ref, ClassInfo):
            if (t.ref, place.attr) not in known:
                known[t.ref, place.attr] = handed_out.may_clear(run.project, t.ref, place.attr)
            if known[t.ref, place.attr]:
                return True
    return False


def left(run: Interpreter, frame: Frame, given: Value, state: State) -> None:
    """A function has ended, and with it an environment of its own: the next to be stepped is in no new episode.

    ``given`` is what the function returns. Its variables are still known.
    """
    if not state.parted or frame.function is None or "reset" not in frame.function.mentions:
        return
    own = frozenset[str]()
    for number, site in enumerate(run.index.ends):
        if site.function == frame.qualname and site.path == frame.module.path and _began(frame, site, given, state):
            own |= {f"{CROSSED} {number}"}
    if own:
        state.retag(lambda _, tag: frozenset({_uncrossed(tag)}) if tag.cause in own else None)


def _began(frame: Frame, site: Site, given: Value, state: State) -> bool:
    """Whether a call began an episode of an environment that the function made, and that nothing else holds."""
    func = next((call.func for call in walk.calls(frame.body) if call.func.span == site.span), None)
    if not isinstance(func, facts.Attribute) or not isinstance(func.value, facts.Name):
        return False
    place = Local(frame.number, func.value.id)
    held = state.env.get(place)
    if held is None or not held.refs or not all(worlds.is_made_in(frame, ref) for ref in held.refs):
        return False
    others = (value for other, value in state.items() if other != place)
    return not any(held.refs & (value.refs | value.holds) for value in (given, *others))



def _is_own_step(frame: Frame, base: Value) -> bool:
    """Whether an environment begins an episode in a step of its own."""
    return frame.function is not None and frame.function.name in telling.STEPS and not base.refs.isdisjoint(_own(frame))


def _is_of_all(run: Interpreter, place: Local, state: State) -> bool:
    """Whether a variable is one of a module that functions write, or is closed over by a function at hand."""
    if place.frame == SHARED or any(frame.outer == place.frame for frame in run.frames):
        return True
    if any(bound.frame == place.frame for value in state.env.values() for bound in value.callables):
        return True
    frame = run.live_frame(place.frame)
    return frame is not None and frame.function is None and run.globals.is_shared(frame.module, place.name)


def end_for(before: State, after: State) -> None:
    """A loop that wipes states which an episode ended under does so for every one of them."""
    for place, value in list(before.items()):
        if any(is_crossed(tag) for tag in value.tags):
            ended = after.get(place)
            if ended is not None and not any(is_crossed(tag) for tag in ended.tags):
                before.put(place, ended)


def masked(value: Value, missed: frozenset[int]) -> Value:
    """A state multiplied by a mask, or chosen by one: rows whose episode ended are wiped, but for ends it missed."""
    if not any(is_crossed(tag) for tag in value.tags):
        return value
    return replace(value, tags=frozenset(map(_uncrossed, untold.kept(value, missed).tags)))


def where_it_fails(atom: str, value: Value, state: State) -> Value:
    """A state multiplied by ``1 - done``: nothing of it is left where that one flag is true."""
    tags = frozenset(_under(tag, Guard(atom, False)) for tag in value.tags)
    if tags == value.tags:
        return value
    state.parted = True
    return replace(value, tags=tags)


def _under(tag: Tag, guard: Guard) -> Tag:
    return tag.under(tag.guards | {guard}) if tag.phase is Phase.CARRYING else tag


def _uncrossed(tag: Tag) -> Tag:
    return replace(tag, cause="advance") if is_crossed(tag) and not untold.is_untold(tag) else tag


def is_crossed(tag: Tag) -> bool:
    return tag.cause.startswith(CROSSED)


def where(run: Interpreter, given: Value) -> Site | None:
    """Where the episode ended that a state was carried over."""
    causes = sorted(tag.cause for tag in all_tags(given) if tag.phase is Phase.CARRYING and is_crossed(tag))
    return run.index.ends[int(causes[0].rpartition(" ")[2])] if causes else None


def kept_by_environment(run: Interpreter, call: facts.Call, given: facts.Expr | None) -> Site | None:
    """The ``reset`` of an environment whose ``step`` keeps the state of an opponent, where nothing else names that.

    It begins the next episode and leaves the state as it is. The step may have a method of its own for the opponent.
    """
    function, klass = run.frame.function, run.frame.klass
    if not isinstance(given, facts.Attribute) or not live.is_step_of_environment(run):
        return None
    own = _own(run.frame)
    if any(frame.klass is not klass or own.isdisjoint(_own(frame)) for frame in run.frames):
        return None
    if function is None or klass is None or walk.chain(given) != f"{function.parameters[0].name}.{given.attr}":
        return None
    reset = run.project.classes.method(klass, "reset")
    if not isinstance(reset, FunctionInfo) or not ends.is_carried_by(function.body, call, given):
        return None
    if _is_named_elsewhere(run, klass, given.attr, ("__init__", function.name)):
        return None
    return Site(reset.module.name, reset.module.path, reset.fact.span, -1, reset.id)


def _own(frame: Frame) -> frozenset[Path]:
    """The object whose method it is."""
    return frame.first.refs if frame.first is not None else frozenset()


def _is_named_elsewhere(run: Interpreter, klass: ClassInfo, attr: str, own: tuple[str, ...]) -> bool:
    """Whether code other than these methods of a class names an attribute."""
    for other in run.project.functions:
        if attr in other.fact.mentions and not (other.klass is klass and other.fact.name in own):
            return True
    return any(
        walk.last_name(expr) == attr or (isinstance(expr, facts.Constant) and expr.value == attr)
        for module in run.project.modules
        if attr in module.facts.mentions
        for action in walk.actions(module.facts.body)
        for expr in walk.expressions(action)
    )
