"""What a call does to recurrent states: rows of the vocabulary, and calls nobody can read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo
from lstm_lint.project.types import Type, Types
from lstm_lint.typestate import events, masks, objects, slots, uses
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.narrow import RESETS
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root
from lstm_lint.typestate.recorder import Fate
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.values import NOTHING, CallMark, Phase, Tag, Value, derived, packed
from lstm_lint.vocabulary import FunctionRow, MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ENVIRONMENT = re.compile(
    r"(^|_)(v?envs?|venv|vec_env|environment|game|gym|simulator|world|eval_env)\d*$", re.IGNORECASE
)
_TRAINS = re.compile(r"(^|_)(train|learn|fit|continue|rollout|collect|run|step|play)(_|$|er|ing)", re.IGNORECASE)
_MAKES = re.compile(
    r"^(zeros|ones|empty|full|rand|randn|randint|arange|eye|linspace|new_\w+)(_like)?$"
    r"|^(?!reset).*(initial|init|default)_?\w*(state|hidden|carry|rnn|lstm|memory)",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"^(print|len|repr|str|id|type|bool|isinstance|hasattr|append|add|log\w*|info|debug|warning|error|save\w*|dump\w*|"
    r"evaluate\w*|state_dict|get\w*|parameters|eval|train|to|cpu|cuda|format|join|write\w*|record\w*|watch|put|close)$"
)
_MIXES = frozenset({
    "where", "lerp", "add", "mul", "sub", "div", "masked_fill", "masked_scatter",
    "index_copy", "index_add", "index_fill", "scatter", "gather", "index_select", "matmul", "cat",
    "stack", "clone", "repeat", "expand", "unsqueeze", "squeeze", "view", "reshape", "permute", "transpose", "detach",
    "contiguous", "copy", "astype", "join", "format",
})  # fmt: skip
_SHAPES = frozenset({"expand_as", "view_as", "type_as", "reshape_as"})
"""Methods that take nothing but shape or type from their argument."""
_SB3_METHODS = {"set_parameters", "learn", "collect_rollouts"}
_RECURRENT_PPO = "sb3_contrib.RecurrentPPO"
_COPY = "copy of "


# --- receivers of unknown type in an SB3 shape ---


def assume_algorithm(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> None:
    """Give an untyped receiver of an SB3-shaped call the algorithms in scope, and write down that it is a guess."""
    name = func.attr
    path: Path | None = None
    if run.project.library:
        return
    if name in ("load_state_dict", "load_from_vector") and isinstance(func.value, facts.Attribute):
        if func.value.attr == "policy":
            path = _holder(base)
    elif name in _SB3_METHODS or (name == "predict" and _passes_state(arguments)):
        path = next(iter(base.refs)) if len(base.refs) == 1 else None
    if path is None:
        return
    current = run.types_of(path, state) or (base.types if name not in ("load_state_dict", "load_from_vector") else NO)
    if any(_known(run, t) for t in current):
        return
    found, strength = _assumption(run, path, name)
    if not found:
        return
    run.index.assumed[path] = strength
    run.index.assumed[path.child("policy")] = strength
    state.narrowed[path] = found


NO: Types = frozenset()


def _holder(base: Value) -> Path | None:
    if len(base.refs) != 1:
        return None
    path = next(iter(base.refs))
    return path.parent if path.attrs and path.attrs[-1] == "policy" else None


def _known(run: Interpreter, t: Type) -> bool:
    """Whether a type says what it is: a class that can be read, or one the vocabulary has."""
    if isinstance(t.ref, ClassInfo):
        return not (run.project.classes.is_opaque(t.ref) and not run.project.classes.rows(t.ref)) or bool(
            t.ref.fact.functions
        )
    return t.ref in run.project.vocabulary.classes or t.ref.startswith(("torch.", "numpy.", "builtins."))


def _passes_state(arguments: Arguments) -> bool:
    return any(name in ("state", "episode_start") for name, _ in arguments.keywords)


def _assumption(run: Interpreter, path: Path, name: str) -> tuple[Types, str]:
    stock: Types = frozenset({Type(_RECURRENT_PPO)})
    if run.project.assumes_recurrent(run.frame.module.path, str(path)):
        return stock, "inferred"
    scope = run.project.algorithms.in_scope(run.frame.module)
    recurrent = frozenset(Type(ref) for ref in scope if run.project.recurrence.of(ref) == "yes")
    if not scope:
        return stock, "unknown"
    if len(recurrent) == len(scope):
        return recurrent, "inferred"
    return recurrent, "unknown"


# --- rows of the vocabulary ---


def function(run: Interpreter, row: FunctionRow, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A call of a function the vocabulary knows."""
    if row.copies is not None and len(arguments.positional) > row.copies:
        return copied(arguments.positional[row.copies])
    if row.resets is not None:
        value = arguments.get(row.resets)
        if value is not None:
            reset_object(run, value, "reset", expr, _callee(expr), state)
        return NOTHING
    if row.replaces is not None:
        target = arguments.get(row.replaces)
        source = arguments.get(row.source) if row.source else None
        if target is not None:
            _function_replaces(run, row, target, source, expr, arguments, state)
    return NOTHING


def _function_replaces(
    run: Interpreter, row: FunctionRow, target: Value, source: Value | None, expr: facts.Call, arguments: Arguments,
    state: State,
) -> None:  # fmt: skip
    targets = target.parameters_of or target.refs
    own = source is not None and bool((source.weights_of | source.parameters_of) & targets)
    if own:
        return  # computed from the module's own weights: a step
    sync: bool | None = None
    if row.sync_unless is not None:
        sync = arguments.meets(row.sync_unless) is not True
    if source is not None:
        source = replace(source, weights_of=source.weights_of | source.parameters_of)
    events.replace_weights(run, targets, expr.span, None, _callee(expr), state, source, sync or None)


def method(
    run: Interpreter, row: MethodRow, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments,
    state: State,
) -> Value:  # fmt: skip
    """A call of a method the vocabulary knows, on every object the receiver may be."""
    for ref in sorted(base.refs, key=str):
        if row.replaces is not None:
            _method_replaces(run, row, ref, func, expr, arguments, state)
        _method_on_states(run, row, ref, expr, arguments, state)
    if row.replaces is not None and len(base.refs) > 1 and objects.some_feed_forward(run, base.refs, state):
        events.cap(run, expr.span)
    if row.state is not None:
        return _takes_state(run, row, base, expr, arguments, state)
    if row.advances:
        return replace(base, calls=frozenset())
    return result(run, base.types, row.name, expr, state)


def _method_replaces(
    run: Interpreter, row: MethodRow, ref: Path, func: facts.Attribute, expr: facts.Call, arguments: Arguments,
    state: State,
) -> None:  # fmt: skip
    if row.harmless_keys and arguments.positional and arguments.positional[0].keys:
        names = [str(key) for key, _ in arguments.positional[0].keys]
        if all(name.endswith(row.harmless_keys) for name in names):
            return
    if arguments.positional and _not_yet_filled(run, arguments.positional[0]):
        return
    targets = run.follow(ref, tuple(row.replaces.split(".")) if row.replaces else (), state)
    source = arguments.packed()
    given = frozenset(targets) | {ref}
    source = replace(source, weights_of=source.weights_of | (given & source.weights_of))
    if ref in source.weights_of:
        source = replace(source, weights_of=source.weights_of | targets)
    events.replace_weights(run, targets, expr.span, func.value, row.name, state, source, row.sync or None)


def _not_yet_filled(run: Interpreter, value: Value) -> bool:
    """Whether it is the None of a local that gets its weights later on: the call would raise, so this path is none."""
    bound = run.bound_names()
    return value.is_none and any(
        isinstance(place, Local) and place.frame == run.frame.number and len(bound.get(place.name, ())) > 1
        for place in value.src
    )


def _method_on_states(
    run: Interpreter, row: MethodRow, ref: Path, expr: facts.Call, arguments: Arguments, state: State
) -> None:
    if not (row.resets or row.uses or row.advances):
        return
    places = {place: owners for place, owners in slots.places_of(run, ref, state).items() if place.owner == ref}
    capped = False
    if row.resets:
        met = arguments.meets(row.unless) if row.unless is not None else False
        if met is False:
            slots.reset_places(run, set(places), "neutralised", expr.span, f"{row.name}()", state)
        capped = met is None
    for place, owners in places.items():
        if row.uses:
            uses.use_place(run, place, expr.span, f"{_callee(expr)}()", state, capped)
        if row.advances:
            run.index.advanced(place)
            held = run.read_field(place.owner, place.attr, state)
            strength = min((t.strength for t in held.tags), default="proven")
            tags = frozenset(Tag(Phase.CARRYING, owner, strength=strength, cause="advance") for owner in owners)
            state.put(place, replace(held, tags=tags))


def _takes_state(
    run: Interpreter, row: MethodRow, base: Value, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    """``predict(obs, state=…)``: the state handed in is used, unless every episode starts; item 1 is the next one."""
    spec = row.state
    assert spec is not None
    given = arguments.find(spec.argument, spec.position)
    mask = arguments.find(spec.mask, spec.mask_position) if spec.mask else None
    if given is not None and mask is not None:
        run.note_mask(mask.src, given.src)
        given = masks.unmasked(run, expr, spec, given, state)
    owners = [o for ref in base.refs for o in run.follow(ref, tuple(filter(None, row.driven_by.split("."))), state)]
    if given is not None and not (mask is not None and (mask.ones or mask.literal() is True)):
        for owner in owners:
            uses.use_value(run, given, owner, expr.span, f"{_callee(expr)}()", state)
    places = Arguments((given,) if given is not None else (), ()).places()
    marks = frozenset(CallMark(run.site(expr.span), owner, places) for owner in owners)
    items = [NOTHING] * (max(spec.result, 1) + 1)
    items[spec.result] = Value(calls=marks)
    return Value(items=tuple(items))


def copied(value: Value) -> Value:
    """A copy: another object with the same weights and, for a state, the same phase."""
    refs = frozenset(value.refs)
    types = value.types
    held = value.weights_of | value.parameters_of | (refs if types else frozenset())
    if types:
        return Value(refs=frozenset(map(_copy_of, refs)), types=types, weights_of=held)
    return replace(value, refs=frozenset(), weights_of=held, parameters_of=frozenset(), copied=bool(held))


def _copy_of(ref: Path) -> Path:
    """The object that a copy is; a copy of a copy is no further one, or a loop would never come to an end of them."""
    return ref if ref.root.name.startswith(_COPY) else Path(Root("result", f"{_COPY}{ref}", None))


def reset_object(run: Interpreter, value: Value, how: str, expr: facts.Call, what: str, state: State) -> None:
    """Every state of an object, or the state that a value itself is, becomes fresh."""
    for ref in value.refs:
        assume_for_reset(run, ref, state)
        places: set[Place] = set(slots.places_of(run, ref, state))
        for place, held in state.items():
            driven = any(tag.owner is not None and tag.owner.starts_with(ref) for tag in held.tags)
            if driven and isinstance(place, FieldPlace):
                places.add(place)
        slots.reset_places(run, places, how, expr.span, what, state)
    if value.tags:
        slots.reset_in_place(run, value, expr.span, state)


def assume_for_reset(run: Interpreter, ref: Path, state: State) -> None:
    """Nothing to assume: a reset of an object that holds no known state is no error."""


# --- calls nobody can read ---


def result(run: Interpreter, types: Types, name: str, expr: facts.Call, state: State) -> Value:
    """What comes out of a call that cannot be read: an object of its own, typed as far as annotations go."""
    found = run.project.typing.method_returns(types, name) if types else frozenset()
    if not found:
        found = run.project.typing.of(expr, run.frame.scope)
    found = frozenset(t for t in found if not t.of_class)
    root = Root("result", name or "call", run.site(expr.span))
    run.index.root_types[root] = found
    return Value(refs=frozenset({Path(root)}), types=found, known=False)


def unknown_function(run: Interpreter, callee: Value, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A call of a function that cannot be read: it resets nothing, but what it gets may leave through it."""
    name = _callee(expr)
    given = arguments.packed()
    if _MAKES.search(name):
        return Value(ones=name.startswith("ones") or _full_of_ones(name, arguments))
    _touch(run, name, given.holds | frozenset().union(*(v.refs for v in arguments.everything())), expr, state)
    if callee.refs:
        marks = frozenset(CallMark(run.site(expr.span), ref, arguments.places()) for ref in callee.refs)
        uses.use_value(run, given, next(iter(callee.refs)) if len(callee.refs) == 1 else None, expr.span, name, state)
        return Value(calls=marks, known=False)
    if RESETS.search(name) and given.tags:
        tags = frozenset(Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength) for tag in given.tags)
        return replace(result(run, NO, name, expr, state), tags=tags)
    out = result(run, NO, name, expr, state)
    return replace(
        out, tags=given.tags, src=frozenset(p for p in given.src if looks_like_state(p)), calls=given.calls,
        holds=given.holds, weights_of=given.weights_of, parameters_of=given.parameters_of, copied=given.copied,
        refs=out.refs if not given.tags and not given.calls else frozenset(),
    )  # fmt: skip


def makes(name: str) -> bool:
    """Whether a function of this name makes a new tensor or state whatever it is given."""
    return _MAKES.search(name) is not None


def _full_of_ones(name: str, arguments: Arguments) -> bool:
    if not name.startswith("full"):
        return False
    return len(arguments.positional) > 1 and arguments.positional[1].literal() in (True, 1, 1.0)


def unknown_method(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    """A call of a method that cannot be read, on an object or on data."""
    name = func.attr
    if _MAKES.search(name):
        if base.refs and RESETS.search(name):  # `mac.init_hidden(n)` may keep what it makes
            _touch(run, name, base.refs, expr, state, base)
        return Value(ones="ones" in name)
    if name in _SHAPES:
        return derived(base)
    if base.tags or (base.calls and not base.refs):
        return derived(packed((base, *arguments.everything())) if name in _MIXES else base)
    if name in _MIXES and not base.types:
        return derived(packed(arguments.everything()))
    environment = is_environment(run, base, func.value, state)
    given = arguments.packed()
    callees = _callees(run, base, name)
    if not environment:
        refs = base.refs | base.holds | given.holds
        _touch(run, name, refs, expr, state, base)
        uses.use_value(run, given, next(iter(callees)) if len(callees) == 1 else None, expr.span, name, state)
    out = result(run, base.types, name, expr, state)
    if environment or not base.refs:
        return out
    marks = frozenset(CallMark(run.site(expr.span), ref, arguments.places()) for ref in callees)
    return replace(out, calls=marks, holds=base.holds | given.holds)


def _callees(run: Interpreter, base: Value, name: str) -> frozenset[Path]:
    """Whose call ``agent.net(x)`` is: that of the object in ``net`` where the module treats it as one."""
    if not base.types and run.project.members.is_object(run.frame.module, name):
        return frozenset(ref.child(name) for ref in base.refs)
    return base.refs


def is_environment(run: Interpreter, base: Value, expr: facts.Expr, state: State) -> bool:
    """Whether the receiver is the environment, whose reset never reaches the model's state."""
    if any(run.project.classes.kind(t.ref) == "env" for t in base.types):
        return True
    name = getattr(expr, "attr", getattr(expr, "id", ""))
    return bool(_ENVIRONMENT.search(name))


def _touch(
    run: Interpreter, name: str, refs: frozenset[Path], expr: facts.Call, state: State, base: Value | None = None
) -> None:
    """An unreadable call got these objects: by its name it may have reset them; it may train them on; else it only
    makes the verdict less sure."""
    if not refs:
        return
    refs = frozenset().union(*(state.reach(ref) for ref in refs))
    resets = RESETS.search(name) is not None
    trains = _TRAINS.search(name) is not None
    own = base.refs if base is not None else frozenset()
    site = run.site(expr.span)
    known = _HARMLESS.search(name) is not None or (
        base is not None and bool(base.types) and all(run.project.classes.rows(t.ref) for t in base.types)
    )

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase not in (Phase.STALE, Phase.CARRYING) or tag.owner is None:
            return None
        holders = [ref for ref in refs if tag.owner.starts_with(ref) or _at(place, ref)]
        if not holders:
            return None
        if resets:
            slots.settle(run, frozenset({tag}), "unknown", expr.span, state, name)
            return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})
        if tag.event is not None:
            record = run.recorder.record(tag.event)
            record.capped = record.capped or not known
            if trains and isinstance(place, FieldPlace) and any(ref not in own for ref in holders):
                record.fates.add(Fate("left", site, f"{name}()", tag.strength, True))
        return None

    state.retag(change)
    if resets:
        state.remark(lambda mark: mark._replace(stale=None) if any(mark.owner.starts_with(r) for r in refs) else mark)


def forget(run: Interpreter, refs: frozenset[Path], span: Span, name: str, state: State) -> None:
    """The states of these objects may be in any phase."""

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase not in (Phase.STALE, Phase.CARRYING) or tag.owner is None:
            return None
        if not any(tag.owner.starts_with(ref) or _at(place, ref) for ref in refs):
            return None
        slots.settle(run, frozenset({tag}), "unknown", span, state, name)
        return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})

    state.retag(change)
    state.remark(lambda mark: mark._replace(stale=None) if any(mark.owner.starts_with(r) for r in refs) else mark)


def _at(place: Place, ref: Path) -> bool:
    return isinstance(place, FieldPlace) and place.owner.starts_with(ref)


def _callee(expr: facts.Call) -> str:
    return str(getattr(expr.func, "attr", getattr(expr.func, "id", "call")))
