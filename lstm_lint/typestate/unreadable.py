"""Calls that nobody can read: what they may have done, by their names and by what they were given."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.composed import is_made_anew, takes_parts
from lstm_lint.project.types import Types
from lstm_lint.typestate import (
    blanks,
    draws,
    episodes,
    parts,
    phases,
    saved,
    stacked,
    tensordicts,
    uses,
    written_out,
)
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.narrow import RESETS
from lstm_lint.typestate.paths import FieldPlace, Path, Place, Root
from lstm_lint.typestate.recorder import Fate
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.values import CallMark, Phase, Tag, Value, always_true, derived, is_zero, packed, replace
from lstm_lint.vocabulary import WHOLE

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


_ENVIRONMENT = re.compile(
    r"(^|_)(v?envs?|venv|vec_env|environment|game|gym|simulator|world|eval_env)\d*$", re.IGNORECASE
)

_TRAINS = re.compile(r"(^|_)(train|learn|fit|continue|rollout|collect|run|step|play)(_|$|er|ing)", re.IGNORECASE)

_MAKES = re.compile(
    r"^(zeros|ones|empty|full|rand|randn|randint|arange|eye|linspace|new_\w+)(_like)?$"
    r"|^(get_)?(initial|blank|fresh)$"
    r"|^(?!reset).*(initial|init|default)_?\w*(state|hidden|carry|rnn|lstm|memory)",
    re.IGNORECASE,
)

_HARMLESS = re.compile(
    r"^(print|len|repr|str|id|type|bool|isinstance|hasattr|append|add|log\w*|info|debug|warning|error|save\w*|dump\w*|"
    r"evaluate\w*|state_dict|get\w*|parameters|eval|train|to|cpu|cuda|format|join|write\w*|record\w*|watch|put|close)$"
)

_STORES = frozenset({
    "append", "appendleft", "extend", "insert", "info", "debug", "warning", "error", "write",
    "add_scalar", "add_scalars",
})  # fmt: skip
"""Methods of collections and logs: what they are given is kept or written down, and nobody acts on it."""

_CHOOSES = frozenset({"sample", "argmax", "multinomial", "one_hot"})
"""What these give is an action, made by a network and fed back to it like a state, and of no weights."""

_MIXES = frozenset({
    "where", "lerp", "add", "mul", "sub", "div", "masked_fill", "masked_scatter",
    "index_copy", "index_add", "index_fill", "scatter", "gather", "index_select", "matmul", "cat",
    "stack", "clone", "repeat", "expand", "unsqueeze", "squeeze", "view", "reshape", "permute", "transpose", "detach",
    "contiguous", "copy", "astype", "join", "format",
})  # fmt: skip

_AS_THEY_ARE = frozenset({"array", "asarray", "atleast_1d", "tensor", "as_tensor", "BoolTensor", "FloatTensor"})

_CONVERTS = frozenset({
    "array", "asarray", "ascontiguousarray", "asanyarray", "tensor", "as_tensor", "from_numpy", "Tensor", "FloatTensor",
    "BoolTensor",
})  # fmt: skip
"""What these are handed is still what came from there: weights sent as arrays, for one. It is no object by itself."""

_FORMS = frozenset({
    "to", "cpu", "cuda", "numpy", "float", "double", "half", "bfloat16", "int", "long", "bool", "type", "type_as",
})  # fmt: skip
"""Methods that give the same data in another type or place; a network has some of them as well."""

_SHAPES = frozenset({"expand_as", "view_as", "type_as", "reshape_as"})
"""Methods that take nothing but shape or type from their argument."""

NO: Types = frozenset()


def result(
    run: Interpreter, types: Types, name: str, expr: facts.Call, state: State, each: bool = False
) -> Value:
    """What comes out of a call that cannot be read: an object of its own, typed as far as annotations go.

    ``each``: another one in each activation of the function, as the layers of two networks of one class are.
    """
    found = run.project.typing.method_returns(types, name) if types else frozenset()
    if not found:
        found = run.project.typing.of(expr, run.frame.scope)
    found = frozenset(t for t in found if not t.of_class)
    site = run.site(expr.span)
    root = Root("result", name or "call", site._replace(function=str(run.frame.number)) if each else site)
    run.index.root_types[root] = found
    return Value(refs=frozenset({Path(root)}), types=found, known=False)


def unknown_function(run: Interpreter, callee: Value, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A call of a function that cannot be read: it resets nothing, but what it gets may leave through it."""
    name = callee_name(expr)
    given = arguments.packed()
    blanks.handed(name, arguments.everything(), state)
    if _MAKES.search(name):
        ones = name.startswith("ones") and not _is_empty(arguments)
        return Value(ones=ones or _full_of_ones(name, arguments))
    if name == "copyto" and arguments.positional:
        episodes.forget_ones(arguments.positional[0], state)
    if name in _AS_THEY_ARE and arguments.positional and always_true(arguments.positional[0]):
        return Value(ones=True)
    _touch(run, name, given.holds | frozenset().union(*(v.refs for v in arguments.everything())), expr, state)
    if callee.refs:
        marks = frozenset(CallMark(run.site(expr.span), ref, arguments.places()) for ref in callee.refs)
        uses.use_value(run, given, next(iter(callee.refs)) if len(callee.refs) == 1 else None, expr.span, name, state)
        return Value(calls=marks, known=False)
    drawn = draws.drawn(run, name, expr, arguments, state)
    if drawn is None and name in _CHOOSES and not given.tags and not given.weights_of:
        return Value(known=False)
    if RESETS.search(name) and given.tags:
        tags = frozenset(Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength) for tag in given.tags)
        return replace(result(run, NO, name, expr, state), tags=tags)
    library_class = callee.external or ""
    if is_made_anew(library_class):
        given = replace(given, tags=frozenset(), calls=frozenset())
    out = drawn or result(run, NO, name, expr, state, takes_parts(library_class))
    if name in WHOLE and not (given.tags or given.refs or given.weights_of):
        return out  # what a file holds did not come out of the call that gave its name
    rows = stacked.table(run, expr, state) | written_out.kept(run, given.src, state)
    out = replace(
        out, tags=given.tags, calls=given.calls,
        src=frozenset(p for p in given.src if name in _CONVERTS or looks_like_state(p) or p in rows),
        holds=given.holds, weights_of=given.weights_of, parameters_of=given.parameters_of, exact=given.exact,
        copied=given.copied or (draws.is_draw(name) and (bool(given.weights_of) or draws.are_snapshots(given))),
        refs=frozenset() if given.tags or given.calls or name in _CONVERTS else out.refs,
    )  # fmt: skip
    out = parts.taken_in(run, library_class, out, arguments, state)
    return saved.through(expr.func, given, out, state)


def makes(name: str) -> bool:
    """Whether a function of this name makes a new tensor or state whatever it is given."""
    return _MAKES.search(name) is not None


def _is_empty(arguments: Arguments) -> bool:
    """Whether a shape has no element: ``np.ones((0,))`` marks nothing."""
    shape = arguments.positional[0] if arguments.positional else None
    return shape is not None and any(is_zero(size) for size in (shape, *(shape.items or ())))


def _full_of_ones(name: str, arguments: Arguments) -> bool:
    if not name.startswith("full"):
        return False
    return len(arguments.positional) > 1 and arguments.positional[1].literal() in (True, 1, 1.0)


def unknown_method(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    """A call of a method that cannot be read, on an object or on data."""
    name = func.attr
    blanks.handed(name, arguments.everything(), state)
    carried = tensordicts.stepped(run, name, arguments, state)
    if carried is not None:
        return carried
    if _MAKES.search(name):
        if base.refs and RESETS.search(name):  # `mac.init_hidden(n)` may keep what it makes
            _touch(run, name, base.refs, expr, state, base)
        return Value(ones="ones" in name)
    if name in _SHAPES:
        return derived(base)
    if not base.tags and (not base.types or draws.are_random(base.types)):
        one = draws.drawn(run, name, expr, arguments, state)
        if one is not None:
            return one
        if name in _CHOOSES and not base.refs:
            return Value(known=False)
    if name == "item" and not expr.arguments and not base.weights_of and (base.tags or base.calls):
        return Value(known=False)  # one number is no state
    if base.tags or (base.calls and not base.refs):
        return derived(packed((base, *arguments.everything())) if name in _MIXES else base)
    if name in _MIXES and not base.types:
        return derived(packed((base, *arguments.everything())))
    if name in _FORMS and base.src and not base.types and not base.refs:
        return derived(base)
    environment = is_environment(run, base, func.value, state)
    given = arguments.packed()
    callees = _callees(run, base, name)
    if not environment:
        refs = base.refs | base.holds | given.holds
        _touch(run, name, refs, expr, state, base)
        for callee in () if name in _STORES and not base.types else sorted(callees, key=str) or (None,):
            uses.use_value(run, given, callee, expr.span, name, state)
    out = result(run, base.types, name, expr, state)
    if environment or not base.refs:
        return out
    marks = frozenset(CallMark(run.site(expr.span), ref, _read(given, ref, name, arguments)) for ref in callees)
    return replace(out, calls=marks, holds=base.holds | given.holds)


def _read(given: Value, owner: Path, name: str, arguments: Arguments) -> frozenset[Place]:
    """The places that a call was handed values from; what its object gave before came out of those it had then.

    ``self.h = net.mask(h, done)`` after ``out, h = net(x, self.h)``.
    """
    if RESETS.search(name):
        return arguments.places()
    return arguments.places().union(*(mark.places for mark in given.calls if mark.owner == owner))


def _callees(run: Interpreter, base: Value, name: str) -> frozenset[Path]:
    """Whose call ``agent.net(x)`` is: that of the object in ``net`` where the module treats it as one."""
    if not base.types and run.project.members.is_object(run.frame.module, name):
        return frozenset(ref.child(name) for ref in base.refs)
    return base.refs


def is_environment(run: Interpreter, base: Value, expr: facts.Expr, state: State) -> bool:
    """Whether the receiver is the environment, whose reset never reaches the model's state."""
    if any(run.project.classes.kind(t.ref) == "env" for t in base.types):
        return True
    return bool(_ENVIRONMENT.search(walk.last_name(expr)))


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
            phases.settle(run, frozenset({tag}), "unknown", expr.span, state, name)
            return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})
        if tag.event is not None:
            record = run.recorder.record(tag.event)
            record.capped = record.capped or not known
            if trains and isinstance(place, FieldPlace) and any(ref not in own for ref in holders):
                record.fates.add(Fate("left", site, f"{name}()", tag.strength, True))
        return None

    state.retag(change)
    if resets:
        state.remark_stale(lambda mark, tag: None if any(mark.owner.starts_with(ref) for ref in refs) else tag)


def forget(
    run: Interpreter, refs: frozenset[Path], span: Span, name: str, state: State, spared: Callable[[Place], bool]
) -> None:
    """The states of these objects may be in any phase, those in places that are ``spared`` left out."""
    known = cache(spared)

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if tag.phase not in (Phase.STALE, Phase.CARRYING) or tag.owner is None:
            return None
        if not any(tag.owner.starts_with(ref) or _at(place, ref) for ref in refs) or known(place):
            return None
        phases.settle(run, frozenset({tag}), "unknown", span, state, name)
        return frozenset({Tag(Phase.UNKNOWN, tag.owner, strength=tag.strength)})

    state.retag(change)
    state.remark_stale(lambda mark, tag: None if any(mark.owner.starts_with(ref) for ref in refs) else tag)


def _at(place: Place, ref: Path) -> bool:
    return isinstance(place, FieldPlace) and place.owner.starts_with(ref)


def callee_name(expr: facts.Call) -> str:
    """The last name of what is called."""
    return str(getattr(expr.func, "attr", getattr(expr.func, "id", "call")))
