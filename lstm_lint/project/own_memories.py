"""Recurrent cells that are written out and keep what they carry themselves: no parameter of a step, an attribute.

``self.v = (1 - a) * self.v + a * torch.tanh(self.w(x) + self.u(self.v))``: weights work on what was kept and on the
input, and the outcome is kept in its place. An output that is kept to be looked at, and an average of the inputs are
none, for no weights work on them; nor is the last action, which is what was done whatever the weights are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.handwritten import SQUASHES, Carried, assigned, is_learned, mentions
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

_LAST = re.compile(r"^_?(last|prev|previous|old)(_|\d|$)")


class OwnMemories:
    """The attributes in which modules keep the state that their own weights advance; each class asked once."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._of: dict[ClassRef, frozenset[str]] = {}

    def of(self, ref: ClassRef) -> frozenset[str]:
        """Those of one class, and of what it derives from."""
        found = self._of.get(ref)
        if found is None:
            found = self._of[ref] = frozenset(self._found(ref))
        return found

    def _found(self, ref: ClassRef) -> Iterator[str]:
        if not self._classes.is_a(ref, "torch.nn.Module"):
            return
        for base in self._classes.lineage(ref):
            if isinstance(base, ClassInfo):
                for name, function in base.fact.functions.items():
                    yield from kept(function) if name != "__init__" else ()


def kept(function: facts.FunctionFact) -> frozenset[str]:
    """The attributes that a step makes anew of what was in them and of its input."""
    names = [parameter.name for parameter in function.parameters if parameter.kind in ("posonly", "positional")]
    if len(names) < 2:  # self, and the input
        return frozenset()
    given = [written for action in walk.actions(function.body) if (written := _plain(action)) is not None]
    own = [name.removeprefix(f"{names[0]}.") for action in given for name in assigned(action) if "." in name]
    may_be = {attr for attr in own if "." not in attr and _may_be_kept(attr)}
    return frozenset(attr for attr in may_be if _is_carried(names[0], attr, set(names[1:]), given))


def _plain(action: object) -> facts.Assign | None:
    """An assignment, ``self.v += x`` as what it comes to."""
    if isinstance(action, facts.Augment):
        both = facts.Operation(action.op, (action.target, action.value), action.target.span)
        return facts.Assign((action.target,), both)
    return action if isinstance(action, facts.Assign) else None


def _may_be_kept(attr: str) -> bool:
    """Whether the name does not say that it is what went in last, or came out."""
    if looks_like_state(attr) or len(attr.strip("_")) == 1:
        return True
    return not cannot_be_state(attr) and _LAST.search(attr) is None


def _is_carried(first: str, attr: str, inputs: set[str], given: list[facts.Assign]) -> bool:
    own = f"{first}.{attr}"
    carried = Carried(first, own, inputs)
    felt: set[str] = set()  # what weights have made of what was kept
    made: set[str] = set()  # the next of it
    for action in given:
        targets = set(assigned(action))
        is_felt = mentions(action.value, felt) or _is_worked_on(first, action.value, carried)
        is_made = mentions(action.value, made) or (
            is_felt and carried.comes_of_both(action.value) and (carried.gates(action.value) or _squashes(action.value))
        )
        if own in targets and is_made:
            return True
        felt |= targets if is_felt else set()
        made |= targets if is_made else set()
        carried.follow(action)
    return False


def _is_worked_on(first: str, value: facts.Expr, carried: Carried) -> bool:
    """Whether weights of the module work on what was kept, or on something made of it."""
    return any(
        is_learned(first, call) and any(carried.is_part_of(argument.value) for argument in call.arguments)
        for call in walk.calls_in(value)
    )


def _squashes(value: facts.Expr) -> bool:
    """Whether a value is, or is computed of, something with a bound: ``torch.tanh(…)``, ``o * c.tanh()``."""
    if isinstance(value, facts.Operation):
        return any(map(_squashes, value.operands))
    return isinstance(value, facts.Call) and walk.last_name(value.func) in SQUASHES
