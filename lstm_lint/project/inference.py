"""Static types: what class an expression's value has, read from constructors, annotations and returns."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.project import factories
from lstm_lint.project.annotations import Annotations
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.keyed import made_of, takes_keys
from lstm_lint.project.registries import Registries
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Module, ModuleRef, Symbol, Symbols, Variable
from lstm_lint.project.types import NOTHING, Scope, Type, Types
from lstm_lint.project.wrapping import FUNCTIONS, ORIGINAL, PREPARING, wraps
from lstm_lint.vocabulary import MethodRow

SAME_OBJECT = {"to", "cuda", "cpu", "eval", "train", "float", "half", "double", "requires_grad_", "share_memory",
                "unwrap", "apply"}  # fmt: skip


class Typing:
    """Type inference over a project; every question is answered once."""

    def __init__(self, symbols: Symbols, classes: Classes, registries: Registries, annotations: Annotations) -> None:
        self.symbols = symbols
        self.registries = registries
        self.classes = classes
        self._annotations = annotations
        self._bindings: dict[int, walk.Bindings] = {}
        self._exprs: dict[tuple[int, int, int], Types] = {}
        self._attributes: dict[tuple[ClassRef, str], Types] = {}
        self._returns: dict[int, Types] = {}

    def annotation(self, expr: facts.Expr | None, scope: Scope) -> Types:
        """The types an annotation allows; strings are parsed, None and unknown names left out."""
        return self._annotations.types(expr, scope)

    # --- expressions ---

    def of(self, expr: facts.Expr, scope: Scope) -> Types:
        """The types of an expression's value, whatever path was taken to it; empty when unknown."""
        key = (id(expr), id(scope.function), id(scope.klass))
        if key not in self._exprs:
            self._exprs[key] = NOTHING  # ends cycles
            self._exprs[key] = self._of(expr, scope)
        return self._exprs[key]

    def _of(self, expr: facts.Expr, scope: Scope) -> Types:
        if isinstance(expr, facts.Name):
            return self.name(expr.id, scope)
        if isinstance(expr, facts.Attribute):
            symbols = self._symbols(expr, scope)
            if symbols:
                return self._any_of(symbols)
            if expr.attr == "__class__":
                return self._class_of(expr.value, scope)
            return self.member(self.of(expr.value, scope), expr.attr)
        if isinstance(expr, facts.Call):
            return self._call(expr, scope)
        if isinstance(expr, facts.Subscript):
            return self._any_of(self.looked_up(expr, scope)) or self.elements(self.of(expr.value, scope))
        if isinstance(expr, facts.Conditional):
            return self.of(expr.then, scope) | self.of(expr.orelse, scope)
        if isinstance(expr, facts.BoolOp):
            return self.of(expr.left, scope) | self.of(expr.right, scope)
        if isinstance(expr, (facts.Walrus, facts.Await)):
            return self.of(expr.value, scope)
        if isinstance(expr, facts.Display):
            found = frozenset().union(*(self.of(item, scope) for item in expr.items))
            return frozenset({Type("list", (found,))}) if found else NOTHING
        if isinstance(expr, facts.DictDisplay):
            found = frozenset().union(*(self.of(value, scope) for _, value in expr.items))
            return frozenset({Type("dict", (found,))}) if found else NOTHING
        if isinstance(expr, facts.Comprehension):
            found = self.of(expr.element, scope)
            return frozenset({Type("dict" if expr.key is not None else "list", (found,))}) if found else NOTHING
        return NOTHING

    def _class_of(self, expr: facts.Expr, scope: Scope) -> Types:
        return frozenset(t._replace(of_class=True) for t in self.of(expr, scope) if isinstance(t.ref, ClassInfo))

    def name(self, name: str, scope: Scope) -> Types:
        """The types of a variable in a scope: annotation, else every value it is given there, else outside."""
        function = scope.function
        if function is not None:
            bound = self.bindings(function).names.get(name)
            for position, parameter in enumerate(function.parameters):
                if parameter.name == name:
                    return self.parameter(parameter, position, scope) or self._fallback(bound or [], scope)
            if bound and name not in function.globals and name not in function.nonlocals:
                return self._bound(bound, scope) or self._appended(name, function, scope)
        return self._any_of(self.symbols.resolve_each(scope.module, name))

    def _appended(self, name: str, function: facts.FunctionFact, scope: Scope) -> Types:
        """The type of a list that a function fills: ``agents = []``, and ``agents.append(PPO(env))`` in a loop."""
        values = self.bindings(function).appended.get(name, ())
        found = frozenset[Type]().union(*(self.of(value, scope) for value in values))
        return frozenset({Type("list", (found,))}) if found else NOTHING

    def _fallback(self, bound: list[walk.Binding], scope: Scope) -> Types:
        """The classes that a function takes where it is handed none: ``if base is None: base = CNNBase``."""
        return frozenset(t for t in self._bound(bound, scope) if t.of_class)

    def _any_of(self, symbols: tuple[Symbol, ...]) -> Types:
        return frozenset[Type]().union(*map(self.symbol_types, symbols))

    def parameter(self, parameter: facts.Parameter, position: int, scope: Scope) -> Types:
        """The types of a parameter: its annotation, or the class for ``self`` and ``cls``."""
        if position == 0 and scope.klass is not None and parameter.annotation is None:
            names = {getattr(d, "id", "") for d in scope.function.decorators} if scope.function else set()
            if "staticmethod" not in names:
                return frozenset({Type(scope.klass, of_class="classmethod" in names)})
        declared = self.annotation(parameter.annotation, scope)
        if parameter.kind == "star":
            return frozenset({Type("list", (declared,))}) if declared else NOTHING
        if parameter.kind == "doublestar":
            return frozenset({Type("dict", (declared,))}) if declared else NOTHING
        if not declared and parameter.annotation is None and parameter.default is not None:
            return self.of(parameter.default, Scope(scope.module, scope.klass))
        return declared

    def symbol_types(self, symbol: Symbol) -> Types:
        """The types of what a name stands for: a class gives the class object itself."""
        if isinstance(symbol, ClassInfo):
            return frozenset({Type(symbol, of_class=True)})
        if isinstance(symbol, External):
            if self.classes.vocabulary.classes.get(symbol.dotted) is None:
                return NOTHING
            return frozenset({Type(self.classes.external(symbol.dotted), of_class=True)})
        if isinstance(symbol, Variable):
            found = self.module_bindings(symbol.module).names.get(symbol.name, [])
            return self._bound(found, Scope(symbol.module)) or self._written(symbol)
        return NOTHING

    def _written(self, symbol: Variable) -> Types:
        """The types of what functions put in a module variable that they declare ``global``."""
        found: Types = NOTHING
        for function in symbol.module.facts.functions.values():
            if symbol.name in function.globals:
                bound = self.bindings(function).names.get(symbol.name, [])
                found |= self._bound(bound, Scope(symbol.module, None, function))
        return found

    def _bound(self, bound: list[walk.Binding], scope: Scope) -> Types:
        declared = [b for b in bound if b.how == "annotation"]
        if declared:
            found = frozenset().union(*(self.annotation(b.expr, scope) for b in declared))
            if found:
                return found
        return frozenset().union(*(self._binding(b, scope) for b in bound if b.how != "annotation"))

    def _binding(self, binding: walk.Binding, scope: Scope) -> Types:
        if binding.how == "element":
            return self._iterated(binding.expr, binding.index, scope)
        if binding.how == "item" and isinstance(binding.expr, facts.Call):
            prepared = self._prepared(binding.expr, binding.index, scope)
            if prepared:
                return prepared
        types = self.of(binding.expr, scope)
        return self._item(types, binding.index) if binding.how == "item" else types

    def _item(self, types: Types, index: int) -> Types:
        """The types of an item of tuples whose items are known one by one, and of any other container's elements."""
        known = frozenset(t for t in types if t.ref == "tuple" and 0 <= index < len(t.arguments))
        return self.elements(types - known).union(*(t.arguments[index] for t in known))

    def _prepared(self, call: facts.Call, index: int, scope: Scope) -> Types:
        """``net, optimizer = accelerator.prepare(net, optimizer)``: each is what it was."""
        if walk.last_name(call.func) not in PREPARING or any(a.star or a.keyword for a in call.arguments):
            return NOTHING
        return self.of(call.arguments[index].value, scope) if 0 <= index < len(call.arguments) else NOTHING

    def _iterated(self, iterable: facts.Expr, index: int, scope: Scope) -> Types:
        if isinstance(iterable, facts.Call):
            name = getattr(iterable.func, "attr", getattr(iterable.func, "id", ""))
            values = [a.value for a in iterable.arguments if not a.star]
            if name == "enumerate" and values:
                return self.elements(self.of(values[0], scope)) if index != 0 else NOTHING
            if name == "zip" and 0 <= index < len(values):
                return self.elements(self.of(values[index], scope))
            if name in ("reversed", "sorted", "list", "tuple", "iter") and values:
                return self.elements(self.of(values[0], scope))
            if name in ("items", "values") and isinstance(iterable.func, facts.Attribute) and index != 0:
                return self.elements(self.of(iterable.func.value, scope))
        return self.elements(self.of(iterable, scope))

    def elements(self, types: Types) -> Types:
        """The element types of containers."""
        return frozenset().union(*(a for t in types for a in t.arguments))

    # --- attributes and calls ---

    def member(self, types: Types, attr: str) -> Types:
        """The types of ``value.attr`` for a value of these types; a wrapper's original is what the wrapper is."""
        found: Types = frozenset().union(*(self.attribute(t.ref, attr) for t in types))
        if attr in ORIGINAL and not found:
            return frozenset(t for t in types if not t.of_class and self.classes.is_a(t.ref, "torch.nn.Module"))
        return found

    def attribute(self, ref: ClassRef, attr: str) -> Types:
        """The types of an attribute of a class's instances: declared, assigned in any method, or known."""
        key = (ref, attr)
        if key not in self._attributes:
            self._attributes[key] = NOTHING  # ends cycles
            self._attributes[key] = self._attribute(ref, attr)
        return self._attributes[key]

    def _attribute(self, ref: ClassRef, attr: str) -> Types:
        found: Types = NOTHING
        for base in self.classes.lineage(ref):
            if isinstance(base, str):
                row = self.classes.vocabulary.classes.get(base)
                dotted = (row.attributes or {}).get((row.aliases or {}).get(attr, attr)) if row else None
                if dotted:
                    found |= frozenset({Type(self.classes.external(dotted))})
            else:
                found |= self._own_attribute(base, attr)
            if found:
                break
        return found

    def _own_attribute(self, klass: ClassInfo, attr: str) -> Types:
        scope = Scope(klass.module, klass)
        if attr in klass.fact.annotations:
            declared = self.annotation(klass.fact.annotations[attr], scope)
            if declared:
                return declared
        method = klass.fact.functions.get(attr)
        if method is not None:
            names = {getattr(d, "attr", getattr(d, "id", "")) for d in method.decorators}
            if names & {"property", "cached_property"}:
                return self.returns(self.symbols.function_info(klass.module, klass, method))
            return NOTHING
        found: Types = NOTHING
        for function in klass.fact.functions.values():
            bound = self.bindings(function).attributes.get(attr)
            if bound:
                found |= self._bound(bound, Scope(klass.module, klass, function))
        if attr in klass.fact.assignments:
            found |= self.of(klass.fact.assignments[attr], scope)
        return found or self._filled(klass, attr)

    def _filled(self, klass: ClassInfo, attr: str) -> Types:
        """The type of a list that methods fill: ``self.rivals = []``, and ``self.rivals.append(rival)`` in a loop."""
        scopes = [Scope(klass.module, klass, function) for function in klass.fact.functions.values()]
        every = [(self.bindings(scope.function), scope) for scope in scopes if scope.function is not None]
        if not any(_is_empty_list(each.expr) for bound, _ in every for each in bound.attributes.get(attr, ())):
            return NOTHING
        values = ((value, scope) for bound, scope in every for value in bound.filled.get(attr, ()))
        found = frozenset[Type]().union(*(self.of(value, scope) for value, scope in values))
        return frozenset({Type("list", (found,))}) if found else NOTHING

    def returns(self, function: FunctionInfo) -> Types:
        """The types a function returns: its annotation, else those of its return statements."""
        key = id(function.fact)
        if key not in self._returns:
            self._returns[key] = NOTHING
            scope = Scope(function.module, function.klass, function.fact)
            found = self.annotation(function.fact.returns, scope)
            if not found:
                found = frozenset().union(*(self.of(e, scope) for e in self.bindings(function.fact).returns))
            self._returns[key] = found
        return self._returns[key]

    def _call(self, call: facts.Call, scope: Scope) -> Types:
        func = call.func
        taken = self.looked_up(call, scope)
        if taken:
            return self._any_of(taken)
        symbols = self._symbols(func, scope) or self.looked_up(func, scope)
        functions = [symbol for symbol in symbols if isinstance(symbol, FunctionInfo)]
        if functions:
            return frozenset[Type]().union(*map(self.returns, functions))
        name = getattr(func, "attr", getattr(func, "id", ""))
        first = call.arguments[0].value if call.arguments else None
        if name == "partial" and first is not None:
            return frozenset(t for t in self.of(first, scope) if t.of_class)
        if name in ("deepcopy", "copy", "next", "iter") and first:
            same = self.of(first, scope)
            return self.elements(same) if name == "next" else same
        wrapped = any(isinstance(symbol, External) and wraps(symbol.dotted) for symbol in symbols)
        prepared = name in PREPARING and len(call.arguments) == 1 and not symbols
        if first is not None and (wrapped or prepared or (name in FUNCTIONS and not symbols)):
            return self.of(first, scope)
        if name == "type" and isinstance(func, facts.Name) and len(call.arguments) == 1 and first is not None:
            return self._class_of(first, scope)
        if name == "super" and isinstance(func, facts.Name) and scope.klass is not None:
            return frozenset({Type(scope.klass)})
        if name == "getattr" and len(call.arguments) >= 2 and first is not None:
            literal = call.arguments[1].value
            if isinstance(literal, facts.Constant) and isinstance(literal.value, str):
                return self.member(self.of(first, scope), literal.value)
        if name in ("list", "tuple", "sorted", "reversed", "deque", "cycle") and first is not None:
            return self.of(first, scope)
        if name == "zip" and len(call.arguments) > 1:
            parts = tuple(self.elements(self.of(a.value, scope)) for a in call.arguments)
            return frozenset({Type("list", (frozenset({Type("tuple", parts)}),))}) if any(parts) else NOTHING
        callees = self._any_of(symbols) if symbols else self.of(func, scope)
        built = frozenset(t._replace(ref=self.classes.made(t.ref, call), of_class=False) for t in callees if t.of_class)
        if built:
            return built
        made = [self.classes.vocabulary.functions.get(s.dotted) for s in symbols if isinstance(s, External)]
        if any(row is not None and row.makes for row in made):
            return frozenset(Type(self.classes.external(row.makes)) for row in made if row is not None and row.makes)
        if any(isinstance(symbol, External) and takes_keys(symbol.dotted) for symbol in symbols):
            return made_of((t for part in call.arguments for t in self.of(part.value, scope)), self.classes)
        if isinstance(func, facts.Attribute):
            return self.method_returns(self.of(func.value, scope), func.attr) or factories.made(call, scope, self)
        return NOTHING

    def method_returns(self, types: Types, name: str) -> Types:
        """The types a method call returns; builders such as ``load`` return an instance of the class."""
        found: Types = NOTHING
        for t in types:
            rows = self.classes.rows(t.ref)
            method = self.classes.method(t.ref, name)
            if isinstance(method, FunctionInfo):
                returned = self.returns(method)
                own = method.klass
                found |= frozenset(t._replace(of_class=False) if r.ref is own else r for r in returned)
            elif any(name in row.builders for row in rows):
                found |= frozenset({t._replace(of_class=False)})
            elif isinstance(method, MethodRow) and method.makes:
                found |= frozenset({Type(self.classes.external(method.makes))})
            elif isinstance(method, MethodRow) and method.returns is not None:
                held: Types = frozenset({t})
                for attr in filter(None, method.returns.split(".")):
                    held = self.member(held, attr)
                found |= held
            elif name in SAME_OBJECT and not t.of_class:
                found |= frozenset({t})
            elif name in ("values", "get", "pop", "popleft", "setdefault") and t.arguments:
                found |= self.elements(frozenset({t})) if name != "values" else frozenset({t})
        return found

    def _symbols(self, expr: facts.Expr, scope: Scope) -> tuple[Symbol, ...]:
        root = expr
        while isinstance(root, facts.Attribute):
            root = root.value
        if not isinstance(root, facts.Name) or self.is_local(root.id, scope):
            return ()
        found = self.symbols.resolve_expr_each(scope.module, expr)
        return tuple(s for s in found if isinstance(s, (ClassInfo, FunctionInfo, External, ModuleRef)))

    def looked_up(self, expr: facts.Expr, scope: Scope) -> tuple[Symbol, ...]:
        """The classes and functions that an expression takes out of a table by a name."""
        table = walk.root(expr.func if isinstance(expr, facts.Call) else expr)
        return self.registries.looked_up(expr, scope, isinstance(table, facts.Name) and self.is_local(table.id, scope))

    def callee(self, expr: facts.Expr, scope: Scope) -> Symbol | None:
        """What the function part of a call stands for, when it is a name or chain that no local variable shadows."""
        found = self._symbols(expr, scope)
        return found[0] if found else None

    def builds(self, expr: facts.Expr, scope: Scope) -> bool:
        """Whether an expression makes a new object: a constructor, or a builder such as ``RecurrentPPO.load(…)``."""
        if not isinstance(expr, facts.Call):
            return False
        if any(t.of_class for symbol in self._symbols(expr.func, scope) for t in self.symbol_types(symbol)):
            return True
        if not isinstance(expr.func, facts.Attribute):
            return False
        name = expr.func.attr
        owners = self.of(expr.func.value, scope)
        return any(t.of_class and any(name in row.builders for row in self.classes.rows(t.ref)) for t in owners)

    def is_local(self, name: str, scope: Scope) -> bool:
        """Whether a name is a parameter or bound in the function (an import inside it is not)."""
        function = scope.function
        if function is None or name in function.globals:
            return False
        if any(parameter.name == name for parameter in function.parameters):
            return True
        return name in self.bindings(function).names

    def bindings(self, function: facts.FunctionFact) -> walk.Bindings:
        """The bindings of a function, collected once."""
        found = self._bindings.get(id(function))
        if found is None:
            found = self._bindings[id(function)] = walk.bindings(function)
        return found

    def module_bindings(self, module: Module) -> walk.Bindings:
        """The bindings at the top level of a module, collected once."""
        found = self._bindings.get(id(module))
        if found is None:
            found = self._bindings[id(module)] = walk.module_bindings(module.facts)
        return found


def _is_empty_list(expr: facts.Expr) -> bool:
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in ("list", "deque") and not any(not a.keyword for a in expr.arguments)
    return isinstance(expr, facts.Display) and not expr.items
