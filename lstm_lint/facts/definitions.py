"""Definitions as facts: imports, functions, classes, comments, and the module that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lstm_lint.facts.expressions import Argument, Expr
    from lstm_lint.flow import Shape
    from lstm_lint.model import Span


@dataclass(frozen=True, slots=True)
class Import:
    """One bound name of an import statement.

    ``import a.b`` binds ``a`` (module ``a``, name None); ``import a.b as c`` binds ``c`` to module ``a.b``;
    ``from ..m import n as k`` binds ``k`` to name ``n`` of module ``m`` at level 2; a star import has name ``*``.
    ``target`` is the full dotted module of a plain ``import a.b`` (``a.b``), which makes the submodule known.
    """

    local: str
    module: str
    name: str | None
    level: int
    target: str
    span: Span
    type_checking: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; kinds are spelled as in ``inspect``: posonly, positional, star, kwonly, doublestar."""

    name: str
    kind: Literal["posonly", "positional", "star", "kwonly", "doublestar"]
    annotation: Expr | None
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Where a statement stands, for placing fixes and pragmas.

    ``span`` is the whole statement; ``header`` ends before the first line of the suite of a compound one (and starts at
    the first decorator). ``parent`` is the index of the enclosing compound statement in the module's table (-1 at the
    top of the module), ``arm`` the suite of it that this one stands in (``body``, ``orelse``, ``handler0`` …,
    ``final``, ``elif`` for an ``if`` that is really an ``elif``). ``one_line`` marks a suite on its header's line
    (``if x: a(); b()``), ``shared_line`` a statement with another one on its line (``a(); b()``).
    ``kind`` is ``simple``, ``if``, ``for``, ``while``, ``try``, ``with``, ``match``, ``case``, ``def`` or ``class``.
    """

    span: Span
    header: Span
    parent: int
    arm: str
    kind: str
    one_line: bool = False
    shared_line: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """A function, method or lambda; ``qualname`` as Python gives it (``C.m``, ``f.<locals>.g``)."""

    name: str
    qualname: str
    parameters: tuple[Parameter, ...]
    body: Shape
    returns: Expr | None
    decorators: tuple[Expr, ...]
    is_async: bool
    is_generator: bool
    span: Span
    at: int = -1
    globals: frozenset[str] = frozenset()
    nonlocals: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    """Every identifier and attribute name in the body (nested functions too), to see cheaply what can matter."""
    docstring: str | None = None


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class: ``functions`` are its methods by name, the last definition winning; ``body`` its suite as flow."""

    name: str
    qualname: str
    bases: tuple[Expr, ...]
    keywords: tuple[Argument, ...]
    decorators: tuple[Expr, ...]
    functions: dict[str, FunctionFact]
    annotations: dict[str, Expr]
    assignments: dict[str, Expr]
    classes: dict[str, ClassFact]
    body: Shape
    span: Span
    at: int = -1


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its ``#``; ``alone`` when nothing else stands on its line."""

    line: int
    column: int
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """All facts of one file; functions and classes also from under a top-level ``if`` or ``try``, by name."""

    imports: tuple[Import, ...]
    functions: dict[str, FunctionFact]
    classes: dict[str, ClassFact]
    annotations: dict[str, Expr]
    assignments: dict[str, tuple[Expr, ...]]
    body: Shape
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    exports: tuple[str, ...] | None = None
    """``__all__`` when it is a literal list or tuple of strings."""
    import_line: int = 1
    """The line before which a new top-level import goes: after the last import at the top level of the module (never
    inside an ``if`` or ``try``), else after docstring, comments at the top and ``from __future__`` imports."""
    mentions: frozenset[str] = field(default_factory=frozenset)
