"""Attributes that are given the newest weights after each training: that these follow the network is what is wanted.

``agent.learn(n); self.shared = agent.get_parameters()``: whoever reads ``self.shared`` next gets what was just trained.
A copy would be the same weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.placed import Placed, line_of, place_each, training_calls
from lstm_lint.project.symbols import ClassInfo


def is_renewed(klass: ClassInfo, attr: str, giving: tuple[str, ...]) -> bool:
    """Whether in the methods of a class each training is followed by the newest weights, before any are read."""
    answers = [
        _is_followed(klass, fact, placed, training, attr, giving)
        for fact in klass.fact.functions.values()
        for placed in [list(place_each(fact.body))]
        for training in placed
        if any(training_calls([training], None))
    ]
    return bool(answers) and all(answers)


def _is_followed(
    klass: ClassInfo,
    function: facts.FunctionFact,
    placed: list[Placed],
    training: Placed,
    attr: str,
    giving: tuple[str, ...],
) -> bool:
    for each in placed[placed.index(training) + 1 :]:
        if _takes(each.action, attr, giving):
            same = (each.loops, each.conditional) == (training.loops, training.conditional)
            return same and line_of(each.action) > line_of(training.action)
        if attr in _read(klass, function, each.action):
            return False
    return False


def _takes(action: object, attr: str, giving: tuple[str, ...]) -> bool:
    """Whether an action puts the weights of a network into the attribute."""
    return (
        isinstance(action, facts.Assign)
        and any(isinstance(target, facts.Attribute) and target.attr == attr for target in action.targets)
        and isinstance(action.value, facts.Call)
        and walk.last_name(action.value.func) in giving
    )


def _read(klass: ClassInfo, function: facts.FunctionFact, action: object) -> Iterator[str]:
    """The names of attributes that an action reads, and those that the methods of the object mention which it calls."""
    own = function.parameters[0].name if function.parameters else ""
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Attribute):
            yield expr.attr
            method = klass.fact.functions.get(expr.attr)
            if method is not None and walk.chain(expr.value) == own:
                yield from method.mentions
