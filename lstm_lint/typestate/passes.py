"""Passes over what was recorded: an update goes through the same steps several times, the state being begun once.

``for _ in range(epochs): for batch in batches: pred, h = net(batch, h)``: the second pass begins at the first step,
with the state of the last one. Where each pass begins anew, from a stored state or with a mask, it is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.typestate import ends, masks
from lstm_lint.typestate.paths import Local, Place
from lstm_lint.typestate.values import CROSSED, Phase, Tag

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.project import FunctionInfo, Project
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_UPDATE = frozenset({"log_prob", "backward"})
"""What the update of a policy calls: other sequences may go on where they end, as a text does."""
_SAME = frozenset({"detach", "clone", "contiguous", "tuple", "list"})
_IN_ORDER = frozenset({"enumerate", "zip", "tqdm", "list", "reversed"})
_ONCE = frozenset({"iter", "zip", "map", "filter", "enumerate", "reversed"})
"""Calls that make what can be gone through once only."""
_KEEPS = frozenset({"append", "extend"})
_FAR = 4
"""So many assignments may lie between an element of a loop and what is made of it."""


def begin(run: Interpreter, loop: Loop, state: State) -> None:
    """A loop begins: the states that an earlier pass over the same steps left are of their end."""
    key = (run.frame.module.name, run.frame.qualname, id(loop))
    names = run.index.passes.get(key)
    if names is None:
        names = run.index.passes[key] = frozenset(_begun_once(run.frame.body, loop))
    if not names or not isinstance(loop.head, facts.Iterate):
        return
    site = run.site(loop.head.iterable.span)
    run.recorder.passes.add(site)
    cause = f"{CROSSED} {run.index.end(site)}"
    places = {Local(run.frame.number, name) for name in names}

    def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
        if place not in places or tag.phase is not Phase.CARRYING or tag.cause != "advance":
            return None
        state.parted = True
        return frozenset({Tag(tag.phase, tag.owner, tag.event, tag.guards, tag.strength, cause)})

    state.retag(change)


def going(project: Project) -> set[FunctionInfo]:
    """The functions that carry a state through several passes over what was recorded."""
    return {
        function
        for function in project.functions
        if function.fact.mentions >= _UPDATE
        and any(True for loop in walk.loops(function.fact.body) for _ in _begun_once(function.fact.body, loop))
    }


def _begun_once(body: Shape, loop: Loop) -> Iterator[str]:
    """The variables of a function that carry a state through all passes of a loop."""
    outer = next((each for each in walk.loops(body) if any(inner is loop for inner in _inside(each.body))), None)
    if outer is None or not _updates(outer):
        return
    before = list(_without(body, outer))
    between = list(_without(outer.body, loop))
    if not isinstance(outer.head, facts.Iterate) or not isinstance(loop.head, facts.Iterate):
        return
    if not _is_the_same(outer.head, loop.head, loop.body, before, between):
        return
    inside = list(walk.actions(loop.body))
    taken = _made_of(_names(loop.head.target), inside)
    for name in sorted(_written(before)):
        onward = [action for action in inside if name in _names(action) and _carries(action, name)]
        others = [action for action in (*inside, *between) if name in _names(action) and action not in onward]
        if any(_names(action) & taken - {name} for action in onward) and all(_leaves(each, name) for each in others):
            yield name


def _made_of(names: set[str], actions: list[object]) -> set[str]:
    """The variables that stand for an element of what a loop goes through, or that its round makes of that.

    What a network is handed that is made of none of them is no recorded step: a world in play has given it.
    """
    found = set(names)
    for _ in range(_FAR):
        found |= _written(action for action in actions if _names(action) & found)
    return found


def _inside(shape: Shape) -> Iterator[Loop]:
    """The loops of a body, those inside of others left out."""
    if isinstance(shape, Loop):
        yield shape
    else:
        for part in walk.parts(shape):
            yield from _inside(part)


def _without(shape: Shape, loop: Loop) -> Iterator[object]:
    """The actions of a shape outside of a loop in it."""
    inside = {id(action) for action in walk.actions(loop)}
    return (action for action in walk.actions(shape) if id(action) not in inside)


def _updates(loop: Loop) -> bool:
    """Whether a loop trains a policy on what was recorded, and steps no environment."""
    if any(True for _ in ends.stepped(loop.body)):
        return False
    return {walk.last_name(call.func) for call in walk.calls(loop.body)} >= _UPDATE


def _is_the_same(
    outer: facts.Iterate, inner: facts.Iterate, body: Shape, before: list[object], between: list[object]
) -> bool:
    """Whether each round of the outer loop goes through the same elements in the same order."""
    changing = _written(between) | _names(outer.target)
    elements = _names(inner.iterable)
    handed = {name for action in between for call in walk.calls_in(action) for name in _names(call.arguments)}
    if not _in_order(inner.iterable) or not elements.isdisjoint(changing | handed):
        return False
    moving = changing | (_written(walk.actions(body)) & _written(before))
    indices = (
        expr.index for action in walk.actions(body) for expr in walk.expressions(action)
        if isinstance(expr, facts.Subscript)
    )  # fmt: skip
    if any(not _names(index).isdisjoint(moving) for index in indices):
        return False
    made = (a.value for a in before if isinstance(a, facts.Assign) and not elements.isdisjoint(_written((a,))))
    return not any(_is_once(value) for value in made)


def _in_order(iterable: facts.Expr) -> bool:
    """A variable, a range, or what ``enumerate`` and the like make of variables."""
    if isinstance(iterable, facts.Call):
        name = walk.last_name(iterable.func)
        parts = (argument.value for argument in iterable.arguments if argument.keyword is None)
        return name == "range" or (name in _IN_ORDER and all(map(_in_order, parts)))
    return isinstance(iterable, facts.Name)


def _is_once(value: facts.Expr) -> bool:
    """Whether what is made can be gone through once, or comes in another order each time."""
    if not isinstance(value, facts.Call):
        return isinstance(value, facts.Comprehension) and value.kind == "generator"
    shuffled = (argument.value for argument in value.arguments if argument.keyword in ("shuffle", "sampler"))
    changed = any(not (isinstance(each, facts.Constant) and not each.value) for each in shuffled)
    return changed or walk.last_name(value.func) in _ONCE


def _carries(action: object, name: str) -> bool:
    """``out, h = net(x, h)``, where no argument may say where an episode ends."""
    if not isinstance(action, facts.Assign) or not isinstance(action.value, facts.Call):
        return False
    given = action.value.arguments
    if name not in _names(given) or any(masks.names_an_end(_said(part)) for part in walk.expressions(given)):
        return False
    return any(_is(each, name) for each in walk.flat(action.targets))


def _said(part: facts.Expr) -> str:
    """The name of a variable or attribute, or the string of a key."""
    return str(part.value) if isinstance(part, facts.Constant) else walk.last_name(part)


def _leaves(action: object, name: str) -> bool:
    """Whether a state stays what it is, or is only read."""
    if isinstance(action, facts.Assign):
        targets = [each for each in walk.flat(action.targets) if name in _names(walk.root(each))]
        if not targets:
            return True
        return all(_is(each, name) for each in targets) and _is_itself(action.value, name)
    call = action.value if isinstance(action, facts.Evaluate) else None
    return isinstance(call, facts.Call) and walk.last_name(call.func) in _KEEPS and name not in _names(call.func)


def _is(target: facts.Expr, name: str) -> bool:
    return isinstance(target, facts.Name) and target.id == name


def _is_itself(value: facts.Expr, name: str) -> bool:
    """``h.detach()``, ``(h[0].detach(), h[1].detach())``, ``tuple(each.detach() for each in h)``."""
    calls = {walk.last_name(call.func) for call in walk.calls_in(value)}
    return calls <= _SAME and name in _names(value) and not any(
        isinstance(part, (facts.Operation, facts.Conditional, facts.BoolOp)) for part in walk.expressions(value)
    )


def _names(node: object) -> set[str]:
    return {expr.id for expr in walk.expressions(node) if isinstance(expr, facts.Name)}


def _written(actions: Iterable[object]) -> set[str]:
    """The variables that actions bind, write into, or call a method of."""
    return set().union(*map(masks.written, actions))
