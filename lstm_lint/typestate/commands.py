"""Commands that are parsed: ``args.run(app, args)`` runs what the parser was told for the command that was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate.values import Callable, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def told(run: Interpreter, base: Value, name: str, expr: facts.Call) -> frozenset[Callable]:
    """The functions that a call of an attribute of parsed arguments may run; the call says of none which it is."""
    known = run.project.commands.named(name) if not base.types else ()
    if known:
        run.recorder.indirect.add(run.site(expr.span))
    return frozenset(Callable(each, None, -1) for each in known)
