"""Actions as facts: the payload of ``flow.Step``, of a loop's head, of a handler, and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lstm_lint.facts.definitions import ClassFact, FunctionFact, Import
    from lstm_lint.facts.expressions import Expr


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression statement."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Assign:
    """``targets[0] = targets[1] = … = value``; with an annotation, one target."""

    targets: tuple[Expr, ...]
    value: Expr
    annotation: Expr | None = None


@dataclass(frozen=True, slots=True)
class Declare:
    """``target: annotation`` without a value."""

    target: Expr
    annotation: Expr


@dataclass(frozen=True, slots=True)
class Augment:
    """``target op= value``; ``op`` without the equals sign."""

    target: Expr
    op: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Delete:
    """``del targets``."""

    targets: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """The value of the ``return`` that follows as a Leave (None for a bare one)."""

    value: Expr | None


@dataclass(frozen=True, slots=True)
class Raise:
    """The exception of the ``raise`` that follows as a Leave."""

    value: Expr | None


@dataclass(frozen=True, slots=True)
class Define:
    """A nested or top-level function definition is executed: its name is bound."""

    function: FunctionFact


@dataclass(frozen=True, slots=True)
class DefineClass:
    """A class statement is executed: its name is bound."""

    klass: ClassFact


@dataclass(frozen=True, slots=True)
class BindImport:
    """An import statement is executed."""

    imports: tuple[Import, ...]


@dataclass(frozen=True, slots=True)
class Enter:
    """``with item as target`` is entered."""

    item: Expr
    target: Expr | None


@dataclass(frozen=True, slots=True)
class Exit:
    """The ``with`` of the same item is left."""

    item: Expr


@dataclass(frozen=True, slots=True)
class Swallow:
    """As a Handler's action: entered only if the context manager ``item`` swallows exceptions."""

    item: Expr


@dataclass(frozen=True, slots=True)
class Catch:
    """As a Handler's action: ``except exception as name``; a bare ``except`` has no exception."""

    exception: Expr | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Iterate:
    """As a Loop's head: ``target`` is bound to the next element of ``iterable``."""

    target: Expr
    iterable: Expr
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """As a Branch's test: does ``subject`` match the case?

    ``classes`` are the class patterns at the top (an or-pattern gives several), ``value`` the literal or dotted name
    it must equal, ``binds`` the names it captures (the first entry of ``whole`` names the subject itself), ``guard``
    the ``if``. ``always`` marks an irrefutable case without a guard.
    """

    subject: Expr
    classes: tuple[Expr, ...]
    value: Expr | None
    binds: tuple[str, ...]
    whole: tuple[str, ...]
    guard: Expr | None
    always: bool
