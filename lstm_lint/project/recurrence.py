"""Whether a class holds a recurrent cell, and which SB3 algorithms a file or the project names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.project import handwritten
from lstm_lint.project.classes import Classes, ClassRef, Verdict
from lstm_lint.project.inference import Typing
from lstm_lint.project.own_memories import OwnMemories
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Module, ModuleRef
from lstm_lint.project.types import Scope, Type
from lstm_lint.vocabulary import ClassRow


class Recurrence:
    """Verdicts on classes, each found once. In a ``library`` with rows only these say what is recurrent."""

    def __init__(
        self, classes: Classes, typing: Typing, own_memories: OwnMemories, library: bool = False
    ) -> None:
        self._library = library
        self._own_memories = own_memories
        self._classes = classes
        self._typing = typing
        self._verdicts: dict[ClassRef, Verdict] = {}

    def of(self, ref: ClassRef) -> Verdict:
        """``yes`` when it is or holds a recurrent cell, ``no`` when everything it holds is known not to be one."""
        found = self._verdicts.get(ref)
        if found is None:
            self._verdicts[ref] = "no"  # a cycle adds nothing
            found = self._verdicts[ref] = self._of(ref)
        return found

    def takes_part(self, klass: ClassInfo, method: str) -> bool:
        """Whether a method runs on what is recurrent, or makes a part of it: a constructor does so for heirs."""
        heirs = self._classes.subclasses(klass) if method == "__init__" else ()
        return any(self.of(each) == "yes" for each in (klass, *heirs))

    def _of(self, ref: ClassRef) -> Verdict:
        for row in self._classes.rows(ref):
            if row.recurrent != "unknown":
                return row.recurrent
        if isinstance(ref, str):
            return "unknown"
        if not self._library and self._is_written_out(ref):
            return "yes"
        open_ended = self._classes.is_opaque(ref) or self._is_left_open(ref)
        verdicts: list[Verdict] = ["unknown"] if open_ended else []
        for base in self._classes.lineage(ref):
            if isinstance(base, ClassInfo):
                verdicts.extend(self._parts(base))
        return _strongest(verdicts)

    def _is_written_out(self, klass: ClassInfo) -> bool:
        """Whether a module is a recurrent cell that hands on what it carries, or that keeps it itself."""
        return self._classes.is_a(klass, "torch.nn.Module") and (
            handwritten.is_cell(klass.fact) or bool(self._own_memories.of(klass))
        )

    def _is_left_open(self, klass: ClassInfo) -> bool:
        """Whether only classes out of view can be instances: a method is abstract, and nothing in view derives."""
        if self._classes.subclasses(klass):
            return False
        methods = {name for base in self._classes.lineage(klass) if isinstance(base, ClassInfo)
                   for name in base.fact.functions}  # fmt: skip
        found = (self._classes.method(klass, name) for name in methods)
        return any(isinstance(method, FunctionInfo) and self._classes.is_abstract(method) for method in found)

    def _parts(self, klass: ClassInfo) -> Iterator[Verdict]:
        for function in klass.fact.functions.values():
            scope = Scope(klass.module, klass, function)
            for action in walk.actions(function.body):
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Call):
                        yield from self._built(expr, scope)
            for bound in self._typing.bindings(function).attributes.values():
                for binding in bound:
                    yield from self._held(binding, scope)
        for annotation in klass.fact.annotations.values():
            for t in self._typing.annotation(annotation, Scope(klass.module, klass)):
                yield from (self.of(inner.ref) for inner in _flat((t,)))

    def _built(self, call: facts.Call, scope: Scope) -> Iterator[Verdict]:
        """A constructor called anywhere in the class: ``nn.Sequential(nn.LSTM(…))`` counts too."""
        symbol = self._typing.callee(call.func, scope)
        if isinstance(symbol, External) and symbol.dotted in self._classes.vocabulary.classes:
            if self.of(self._classes.external(symbol.dotted)) == "yes":
                yield "yes"
        elif isinstance(symbol, ClassInfo) and self._classes.kind(symbol) != "env":
            if self.of(symbol) == "yes":
                yield "yes"
        elif isinstance(call.func, facts.Call) and walk.chain(call.func.func) == "getattr":
            # getattr(nn, rnn_type.upper())(…) builds what the string says
            owner = call.func.arguments[0].value if call.func.arguments else None
            if owner is not None and walk.chain(owner) in ("nn", "torch.nn"):
                yield "unknown"

    def _held(self, binding: walk.Binding, scope: Scope) -> Iterator[Verdict]:
        if binding.how != "value" or not isinstance(binding.expr, facts.Call):
            return
        yield from self._made(binding.expr, scope)

    def _made(self, call: facts.Call, scope: Scope) -> Iterator[Verdict]:
        """What a constructor or a function gives; a container is what is put into it."""
        types = self._typing.of(call, scope)
        symbol = self._typing.callee(call.func, scope)
        parts = [argument.value for argument in call.arguments if not argument.star]
        filled = bool(parts) and len(parts) == len(call.arguments) and all(isinstance(p, facts.Call) for p in parts)
        if filled and isinstance(symbol, External) and self._classes.kind(symbol.dotted) == "container":
            for part in parts:
                assert isinstance(part, facts.Call)
                yield from self._made(part, scope)
            return
        if types:
            yield from (self.of(t.ref) for t in _flat(types) if not t.of_class)
            return
        if not (isinstance(symbol, External) and symbol.dotted.startswith(("torch.", "numpy.", "gym"))):
            yield "unknown"


def _flat(types: Iterable[Type]) -> Iterator[Type]:
    for t in types:
        yield t
        for inner in t.arguments:
            yield from _flat(inner)


def _strongest(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    return "yes" if "yes" in found else "unknown" if "unknown" in found else "no"


class Algorithms:
    """Which SB3 algorithm classes a file, or else its project, uses."""

    def __init__(self, modules: Iterable[Module], classes: Classes, typing: Typing) -> None:
        self._modules = tuple(modules)
        self._classes = classes
        self._typing = typing
        self._used: dict[int, frozenset[ClassRef]] = {}
        self._everywhere: frozenset[ClassRef] | None = None
        self._spelt: dict[int, frozenset[str]] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The last names of all algorithms that the vocabulary knows."""
        rows = self._classes.vocabulary.classes.items()
        return frozenset(name.rpartition(".")[2] for name, row in rows if row.kind == "algorithm")

    @cached_property
    def places(self) -> dict[str, str]:
        """The import path of each, by its last name; of several libraries' the one of SB3."""
        rows = self._classes.vocabulary.classes.items()
        known = [self._classes.external(name) for name, row in rows if row.kind == "algorithm"]
        preferred = sorted(known, key=lambda name: (name.startswith(("stable_baselines3.", "sb3_contrib.")), name))
        return {name.rpartition(".")[2]: name for name in preferred}

    @cached_property
    def plain_names(self) -> frozenset[str]:
        """The last names of those that are not recurrent, in lower case."""
        rows = self._classes.vocabulary.classes.items()
        plain = (name for name, row in rows if row.kind == "algorithm" and row.recurrent == "no")
        return frozenset(name.rpartition(".")[2].lower() for name in plain)

    @cached_property
    def recurrent_names(self) -> dict[str, str]:
        """The last names of those that always are, with the import path of each."""
        rows = self._classes.vocabulary.classes.items()
        always = (self._classes.external(name) for name, row in rows if row.kind == "algorithm" and _is_always(row))
        return {name.rpartition(".")[2]: name for name in always}

    def spelt(self, module: Module) -> frozenset[str]:
        """The names of algorithms that are strings of a file: what code that takes a class by its name may take."""
        found = self._spelt.get(id(module))
        if found is None:
            strings = {e.value for e in every_expression(module.facts) if isinstance(e, facts.Constant)}
            found = self._spelt[id(module)] = self.names & strings
        return found

    def in_scope(self, module: Module) -> frozenset[ClassRef]:
        """The algorithm classes the file uses; those of the whole project when it uses none."""
        own = self._in_file(module)
        if own:
            return own
        if self._everywhere is None:
            union = frozenset().union(*(self._in_file(m) for m in self._modules))
            self._everywhere = self._most_derived(union)
        return self._everywhere

    def _in_file(self, module: Module) -> frozenset[ClassRef]:
        found = self._used.get(id(module))
        if found is None:
            found = self._used[id(module)] = self._most_derived(self._collect(module))
        return found

    def _collect(self, module: Module) -> frozenset[ClassRef]:
        found: set[ClassRef] = set()
        names = {item.local for item in module.facts.imports if item.name != "*"} | set(module.facts.classes)
        candidates = {name for name in names if self._leads_to_algorithm(module, name)}
        if any(item.name == "*" for item in module.facts.imports):
            candidates |= {n for n in module.facts.mentions if self._leads_to_algorithm(module, n)}
        for expr in every_expression(module.facts) if candidates else ():
            root = expr
            while isinstance(root, facts.Attribute):
                root = root.value
            if isinstance(expr, (facts.Name, facts.Attribute)) and isinstance(root, facts.Name):
                if root.id in candidates:
                    for symbol in self._typing.symbols.resolve_expr_each(module, expr):
                        found |= self._algorithms(symbol)
            elif isinstance(expr, facts.Constant) and isinstance(expr.value, str) and expr.value in candidates:
                found |= self._algorithms(self._typing.symbols.resolve(module, expr.value))
        for name in module.facts.classes:
            found |= self._algorithms(self._typing.symbols.resolve(module, name))
        return frozenset(found)

    def _leads_to_algorithm(self, module: Module, name: str) -> bool:
        symbols = self._typing.symbols.resolve_each(module, name)
        return any(self._algorithms(symbol) or isinstance(symbol, ModuleRef) for symbol in symbols)

    def _algorithms(self, symbol: object) -> frozenset[ClassRef]:
        ref: ClassRef | None = None
        if isinstance(symbol, ClassInfo):
            ref = symbol
        elif isinstance(symbol, External) and symbol.dotted in self._classes.vocabulary.classes:
            ref = self._classes.external(symbol.dotted)
        if ref is not None and any(row.kind == "algorithm" for row in self._classes.rows(ref)):
            return frozenset({ref})
        return frozenset()

    def _most_derived(self, refs: frozenset[ClassRef]) -> frozenset[ClassRef]:
        bases = {base for ref in refs for base in self._classes.lineage(ref)[1:]}
        return frozenset(ref for ref in refs if ref not in bases)


def _is_always(row: ClassRow) -> bool:
    return row.recurrent == "yes" and row.recurrent_if is None and row.stateless_if is None


def every_expression(module: facts.ModuleFacts) -> Iterator[facts.Expr]:
    todo: list[object] = [module.body]
    while todo:
        shape = todo.pop()
        for action in walk.actions(shape):  # type: ignore[arg-type]
            if isinstance(action, facts.Define):
                todo.append(action.function.body)
                for parameter in action.function.parameters:
                    yield from walk.expressions((parameter.annotation, parameter.default))
                yield from walk.expressions(action.function.returns)
            elif isinstance(action, facts.DefineClass):
                todo.append(action.klass.body)
                yield from walk.expressions(action.klass.bases)
            else:
                yield from walk.expressions(action)
