"""What is done the first time that it is needed, and never again: an object that gets its network so carries nothing.

``if not agent.initialized: agent.set_up(env)``, where the method says that it was done and nothing takes that back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate.row_tests import Test, call_around

if TYPE_CHECKING:
    from lstm_lint.flow import Shape
    from lstm_lint.model import Span
    from lstm_lint.typestate.interpret import Interpreter


def is_under_way(run: Interpreter) -> bool:
    """Whether one of the calls that are under way stands under such a test, with what it is about at hand."""
    calls = zip(run.frames, run.frames[1:], strict=False)
    return any(frame.call is not None and _is_first(run, outer.body, frame.call.span) for outer, frame in calls)


def _is_first(run: Interpreter, body: Shape, span: Span) -> bool:
    around = call_around(body, span)
    return around is not None and any(_asks_once(run, test.plain) for test in around.tests)


def _asks_once(run: Interpreter, test: Test) -> bool:
    """Whether a test is true until a flag has been set for good."""
    flag = test.expr
    return not test.holds and isinstance(flag, facts.Attribute) and run.project.once.falls(flag.attr, to=True)
