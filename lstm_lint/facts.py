"""What one module says, not what it means: imports, classes, and functions as flow.

Everything here is frozen and picklable, so that a file can be lowered in a worker process and its facts cached
by content. Meaning (which class a name is, whether a call replaces weights) comes later, in ``project``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lstm_lint.flow import Shape
from lstm_lint.model import Span

# --- expressions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """``value.attr``."""

    value: Expr
    attr: str
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: ``star`` is ``""``, ``"*"`` or ``"**"``."""

    value: Expr
    keyword: str | None = None
    star: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """``func(arguments)``."""

    func: Expr
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Subscript:
    """``value[index]``; a slice or a tuple of slices is an ``Operation("slice", …)`` index."""

    value: Expr
    index: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: str, int, float, complex, bytes, bool, None or Ellipsis."""

    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Display:
    """A tuple, list or set display."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DictDisplay:
    """A dict display; a key of None is a ``**`` item."""

    items: tuple[tuple[Expr | None, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """Any operator, comparison, f-string or slice: ``op`` names it as Python writes it.

    ``not``, ``-``, ``+``, ``~`` (one operand); ``*``, ``@``, ``%`` …; ``==``, ``is``, ``is not``, ``in``, ``not in`` …
    (a comparison chain ``a < b < c`` is ``and`` of two comparisons as a BoolOp); ``fstring``; ``slice``.
    """

    op: str
    operands: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BoolOp:
    """``left and right`` or ``left or right``, short-circuiting."""

    op: Literal["and", "or"]
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """``then if test else orelse``."""

    test: Expr
    then: Expr
    orelse: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Walrus:
    """``target := value``."""

    target: Expr
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One ``for target in iterable if test …`` of a comprehension."""

    target: Expr
    iterable: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A comprehension or generator expression; ``key`` is set for a dict."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expr | None
    element: Expr
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Lambda:
    """A lambda, as the function it is."""

    function: FunctionFact
    span: Span


@dataclass(frozen=True, slots=True)
class Await:
    """``await value``."""

    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Yield:
    """``yield value`` or ``yield from value``."""

    value: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Starred:
    """``*value`` in a display or a target."""

    value: Expr
    span: Span


Expr = (
    Name
    | Attribute
    | Call
    | Subscript
    | Constant
    | Display
    | DictDisplay
    | Operation
    | BoolOp
    | Conditional
    | Walrus
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Starred
)

# --- actions (the payload of flow.Step, of a Loop's head, of a Handler, and the tests) --------------------------


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


# --- definitions -----------------------------------------------------------------------------------------------


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
