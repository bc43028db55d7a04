"""How a buffer is kept out of the ``state_dict``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Applicability, Edit, Fix

if TYPE_CHECKING:
    from lstm_lint.project.buffers import Buffer
    from lstm_lint.typestate.trace import Trace


def not_persistent(trace: Trace, buffer: Buffer) -> Fix:
    """``persistent=False`` as one more argument, or in place of the one that says otherwise."""
    title = "Pass `persistent=False`; checkpoints written before then have an unexpected key under `strict=True`"
    plain = [a.value for a in buffer.call.arguments if a.keyword is None]
    given = next((a.value for a in buffer.call.arguments if a.keyword == "persistent"), None)
    if given is None and len(plain) > 2:
        given = plain[2]
    if isinstance(given, facts.Constant):
        return Fix(title, Applicability.UNSAFE, (Edit(given.span, "False"),))
    source = trace.layout.source(buffer.klass.module.path)
    end = source.behind_last(buffer.call.arguments[-1].value.span, buffer.call.span)
    return Fix(title, Applicability.UNSAFE, (Edit(end, ", persistent=False"),))
