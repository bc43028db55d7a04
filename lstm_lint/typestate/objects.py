"""What is known of objects: whether one stands for many, and whether the weights of one are another's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint.project import ClassInfo
from lstm_lint.typestate.paths import Path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State
    from lstm_lint.typestate.values import Value


_NO_WEIGHTS = re.compile(
    r"(^|_)(optim\w*|opt|sched\w*|lr_scheduler|scaler|grad_scaler|norm\w*|rms|obs_rms|ret_rms|buffer|replay\w*|"
    r"\w*mix(er|ing)(_(model|net|network))?|"
    r"running_mean_std|\w*mean_std|\w*_rms|\w*normali[sz]er|ema_state|logger|tracker|stats|vgs|discriminator|value_net|action_net|mlp_extractor)s?\d*$",
    re.IGNORECASE,
)

_HEADS = re.compile(r"(^|_)(head|heads|decoder|classifier|out|output|fc\d*|critic_head|actor_head|linear)$")

_SPARES = re.compile(
    r"(^|_)(target|tgt|targ|ema|averaged?|avg|best|backup|old|ref|reference|frozen)(_|s?\d*$)", re.IGNORECASE
)
"""Copies that an object of unknown class keeps beside the network it acts with."""


def some_feed_forward(run: Interpreter, targets: frozenset[Path], state: State) -> bool:
    """Whether one of several possible receivers is known to have no recurrent state."""
    return any(
        types and all(run.project.recurrence.of(t.ref) == "no" for t in types)
        for target in targets
        for types in (run.types_of(path, state) for path in target.prefixes())
    )


def is_single(run: Interpreter, path: Path, state: State) -> bool:
    """Whether a path stands for one object, not for every element of a collection or for a part of each."""
    if path.root in run.index.many or any(attr.startswith("[") for attr in path.attrs):
        return False
    return not any(place.owner.root in run.index.many for base in path.prefixes() for place in state.ways(base))


def is_record(run: Interpreter, path: Path, state: State) -> bool:
    """Whether an object is of classes of the project that hold data and do nothing: a dataclass of tensors."""
    classes = classes_of(run, path, state)
    return bool(classes) and all(
        isinstance(ref, ClassInfo) and all(name.startswith("__") for name in ref.fact.functions) for ref in classes
    )


def fields_of(run: Interpreter, value: Value, state: State) -> Iterator[Value]:
    """What the fields of such objects hold."""
    records = [ref for ref in value.refs if is_record(run, ref, state)]
    if records:
        yield from (held for place, held in state.heap.bearing() if place.owner in records)


def classes_of(run: Interpreter, path: Path, state: State) -> frozenset[ClassInfo | str]:
    """The classes the object at a path may have."""
    return frozenset(t.ref for t in run.types_of(path, state))


def touches(run: Interpreter, target: Path, owner: Path, state: State) -> bool:
    """Whether replacing the weights of ``target`` replaces weights that a state of ``owner`` went through."""
    types = run.types_of(target, state)
    if any(run.project.classes.kind(t.ref) in ("optimizer", "env", "callback") for t in types):
        return False
    if owner.starts_with(target) or any(owner.starts_with(held) for held in state.reach(target)):
        return True
    inside = _way_inside(target, owner, state)
    if not inside:
        return False
    owners = run.types_of(owner, state)
    if not owners and _SPARES.search(inside[-1]):
        return False
    for t in owners:
        for row in run.project.classes.rows(t.ref):
            if inside[0] in row.downstream:
                return False
            if row.downstream:
                return True
    verdicts = {run.project.recurrence.of(t.ref) for t in types}
    if "yes" in verdicts:
        return True
    if verdicts == {"no"} or _NO_WEIGHTS.search(inside[-1]):
        return False
    known = any(isinstance(t.ref, ClassInfo) for t in owners)
    if known:
        return any(run.project.recurrence.of(t.ref) != "yes" for t in owners) and not _HEADS.search(inside[-1])
    return not _HEADS.search(inside[-1])


def _way_inside(target: Path, owner: Path, state: State) -> tuple[str, ...]:
    """The attributes that lead from ``owner`` to ``target`` inside it; empty when it is not inside."""
    if target.starts_with(owner):
        return target.attrs[len(owner.attrs) :]
    todo: list[tuple[Path, tuple[str, ...]]] = [(target, ())]
    seen = {target}
    while todo:
        here, way = todo.pop(0)
        for base in here.prefixes():
            for place in state.ways(base):
                inner = (place.attr, *here.attrs[len(base.attrs) :], *way)
                if place.owner.starts_with(owner):
                    return (*place.owner.attrs[len(owner.attrs) :], *inner)
                if place.owner not in seen:
                    seen.add(place.owner)
                    todo.append((place.owner, inner))
    return ()
