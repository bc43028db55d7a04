"""What a name in a module stands for, across imports, re-exports and star imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project.importing import Importing
from lstm_lint.vocabulary import Vocabulary
from lstm_lint.walk import chain

FOREIGN = frozenset({"stable_baselines"})
"""Packages that have classes of the same names, on another framework than torch."""


@dataclass(frozen=True, eq=False, slots=True)
class Module:
    """One file of the project: its dotted name, its path as shown to the user, its facts, and its bytes for fixes."""

    name: str
    path: str
    facts: facts.ModuleFacts
    data: bytes = b""

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        if self.path.replace("\\", "/").endswith("__init__.py"):
            return self.name
        return self.name.rpartition(".")[0]


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class ClassInfo:
    """A class of the project; one object per class, compared by identity."""

    module: Module
    fact: facts.ClassFact

    @property
    def id(self) -> str:
        """``module:Qualified.Name``, unique in the project."""
        return f"{self.module.name}:{self.fact.qualname}"

    def __repr__(self) -> str:
        return f"<class {self.id}>"


@dataclass(frozen=True, eq=False, slots=True)
class FunctionInfo:
    """A function or method of the project."""

    module: Module
    klass: ClassInfo | None
    fact: facts.FunctionFact

    @property
    def id(self) -> str:
        """``module:Qualified.name``."""
        return f"{self.module.name}:{self.fact.qualname}"


@dataclass(frozen=True, slots=True)
class External:
    """A name of a library, by the dotted path it was imported by."""

    dotted: str


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module of the project or of a library, by dotted name."""

    dotted: str


@dataclass(frozen=True, eq=False, slots=True)
class Variable:
    """A module-level variable with every value it is given."""

    module: Module
    name: str


Symbol = ClassInfo | FunctionInfo | External | ModuleRef | Variable


class Symbols:
    """Name resolution over all modules of a project.

    A function that the vocabulary knows is what the vocabulary says, also where its source is part of the project. So
    is a copy of a class that goes by the same name in a package that nobody knows.
    """

    def __init__(self, modules: Mapping[str, Module], vocabulary: Vocabulary) -> None:
        self._modules = modules
        self._known_functions = frozenset(vocabulary.functions)
        self._known_external = frozenset(vocabulary.classes) | self._known_functions
        self._forks, self._libraries = vocabulary.forks, vocabulary.libraries | FOREIGN
        self._classes: dict[int, ClassInfo] = {}
        self._functions: dict[int, FunctionInfo] = {}
        self._cache: dict[tuple[int, str], tuple[Symbol, ...]] = {}
        self._imports: dict[int, dict[str, list[facts.Import]]] = {}
        self._variables: dict[tuple[int, str], Variable] = {}
        self._importing = Importing(modules, vocabulary.libraries)

    def class_info(self, module: Module, fact: facts.ClassFact) -> ClassInfo:
        """The one ClassInfo of a class fact."""
        return self._classes.setdefault(id(fact), ClassInfo(module, fact))

    def function_info(self, module: Module, klass: ClassInfo | None, fact: facts.FunctionFact) -> FunctionInfo:
        """The one FunctionInfo of a function fact."""
        return self._functions.setdefault(id(fact), FunctionInfo(module, klass, fact))

    def resolve(self, module: Module, name: str) -> Symbol | None:
        """What ``name`` stands for at the top level of ``module``, the first of several; None when nothing tells."""
        found = self.resolve_each(module, name)
        return found[0] if found else None

    def resolve_each(self, module: Module, name: str) -> tuple[Symbol, ...]:
        """Everything ``name`` may stand for: more than one thing when several branches import it."""
        key = (id(module), name)
        if key not in self._cache:
            self._cache[key] = ()  # ends cycles of re-exports
            self._cache[key] = self._resolve(module, name)
        return self._cache[key]

    def attribute(self, symbol: Symbol | None, attr: str) -> Symbol | None:
        """What ``symbol.attr`` stands for, for modules, libraries and nested classes."""
        found = self.attribute_each(symbol, attr)
        return found[0] if found else None

    def attribute_each(self, symbol: Symbol | None, attr: str) -> tuple[Symbol, ...]:
        """Everything ``symbol.attr`` may stand for."""
        if isinstance(symbol, ModuleRef):
            if f"{symbol.dotted}.{attr}" in self._known_functions:
                return (External(f"{symbol.dotted}.{attr}"),)
            target = self._modules.get(symbol.dotted)
            if target is not None:
                found = self.resolve_each(target, attr)
                if found:
                    return found
            dotted = f"{symbol.dotted}.{attr}"
            if dotted in self._modules or self._importing.is_package(dotted):
                return (ModuleRef(dotted),)
            return () if target is not None else (self._external(symbol.dotted, attr),)
        if isinstance(symbol, External):
            return (External(f"{symbol.dotted}.{attr}"),)
        if isinstance(symbol, ClassInfo) and attr in symbol.fact.classes:
            return (self.class_info(symbol.module, symbol.fact.classes[attr]),)
        return ()

    def resolve_expr(self, module: Module, expr: facts.Expr) -> Symbol | None:
        """What a plain name or attribute chain stands for at module level."""
        found = self.resolve_expr_each(module, expr)
        return found[0] if found else None

    def resolve_expr_each(self, module: Module, expr: facts.Expr) -> tuple[Symbol, ...]:
        """Everything a plain name or attribute chain may stand for at module level."""
        if isinstance(expr, facts.Name):
            return self.resolve_each(module, expr.id)
        if isinstance(expr, facts.Attribute):
            owners = self.resolve_expr_each(module, expr.value)
            return tuple(dict.fromkeys(found for owner in owners for found in self.attribute_each(owner, expr.attr)))
        return ()

    def import_module(self, module: Module, item: facts.Import) -> str:
        """The absolute dotted module that an import statement names."""
        return self._importing.module(module, item)

    def imported(self, module: Module, item: facts.Import) -> tuple[Symbol, ...]:
        """What one import binds its name to."""
        target = self.import_module(module, item)
        if item.name is None:
            return (ModuleRef(target),)
        known = f"{target}.{item.name}" in self._known_functions
        if known and module.name.partition(".")[0] != target.partition(".")[0]:
            return (External(f"{target}.{item.name}"),)
        if target in self._modules and self._modules[target] is not module:
            found = self.resolve_each(self._modules[target], item.name)
            if found:
                return found
        if f"{target}.{item.name}" in self._modules or self._importing.is_package(f"{target}.{item.name}"):
            return (ModuleRef(f"{target}.{item.name}"),)
        return (self._external(target, item.name),) if target not in self._modules else ()

    def _external(self, module: str, name: str) -> External:
        """A name of a module that is not at hand."""
        known = self._forks.get(name) if module.partition(".")[0] not in self._libraries else None
        return External(known or f"{module}.{name}")

    def _resolve(self, module: Module, name: str) -> tuple[Symbol, ...]:
        content = module.facts
        bound = self._bound(module, name)
        if bound:
            return bound
        if name in content.assignments or name in content.annotations:
            values = content.assignments.get(name, ())
            if len(values) == 1 and chain(values[0]) not in (None, name):
                alias = self.resolve_expr_each(module, values[0])
                if alias and all(isinstance(each, (ClassInfo, FunctionInfo, External, ModuleRef)) for each in alias):
                    return alias
            return (self._variables.setdefault((id(module), name), Variable(module, name)),)
        if any(name in function.globals for function in content.functions.values()):
            return (self._variables.setdefault((id(module), name), Variable(module, name)),)
        return self._starred(module, name)

    def _bound(self, module: Module, name: str) -> tuple[Symbol, ...]:
        """What definitions and imports bind: the last that is sure to run, and those in branches after it."""
        found: list[tuple[int, bool, tuple[Symbol, ...]]] = []
        klass, function = module.facts.classes.get(name), module.facts.functions.get(name)
        if klass is not None:
            found.append((klass.span.line, _in_branch(module, klass.at), (self.class_info(module, klass),)))
        elif function is not None:
            info = self.function_info(module, None, function)
            found.append((function.span.line, _in_branch(module, function.at), (info,)))
        imports = self._imported(module).get(name, ())
        if found and (not imports or not found[0][1]):
            return found[0][2]
        if not found and len(imports) == 1:
            return self.imported(module, imports[0])
        for item in imports:
            at = _statement(module, item.span)
            if at < 0 or not module.facts.statements[at].scope:
                found.append((item.span.line, _in_branch(module, at), self.imported(module, item)))
        if not found:
            every = (self.imported(module, item) for item in imports)
            return next((each for each in every if each), ())
        return self._known_first(found)

    def _known_first(self, found: list[tuple[int, bool, tuple[Symbol, ...]]]) -> tuple[Symbol, ...]:
        """The symbols that may hold in the end; a library nobody knows says nothing beside one that is known."""
        left: list[Symbol] = []
        for _, in_branch, symbols in sorted(found, key=lambda each: each[0]):
            left = [*(left if in_branch else ()), *symbols]
        every = tuple(dict.fromkeys(left))
        known = tuple(s for s in every if not isinstance(s, External) or s.dotted in self._known_external)
        return known or every[:1]

    def _starred(self, module: Module, name: str) -> tuple[Symbol, ...]:
        for item in reversed(self._imported(module).get("*", [])):
            target = self.import_module(module, item)
            if target in self._modules:
                exports = self._modules[target].facts.exports
                if name not in exports if exports is not None else name.startswith("_"):
                    continue
                found = self.resolve_each(self._modules[target], name)
                if found:
                    return found
            elif f"{target}.{name}" in self._known_external:
                return (External(f"{target}.{name}"),)
        return ()

    def _imported(self, module: Module) -> dict[str, list[facts.Import]]:
        table = self._imports.get(id(module))
        if table is None:
            table = self._imports[id(module)] = {}
            for item in module.facts.imports:
                table.setdefault("*" if item.name == "*" else item.local, []).append(item)
        return table


def _in_branch(module: Module, at: int) -> bool:
    """Whether a statement stands in an ``if`` or ``try`` rather than at the top."""
    return at >= 0 and module.facts.statements[at].parent >= 0


def _statement(module: Module, span: Span) -> int:
    """The index of the innermost statement that holds a span, -1 for none."""
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    best = -1
    for index, statement in enumerate(module.facts.statements):
        held = statement.span
        if (held.line, held.column) <= start and end <= (held.end_line, held.end_column):
            best = index
    return best
