"""The value of an expression, its effects on the state applied in the order Python evaluates."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.symbols import External, ModuleRef, Symbol, Variable
from lstm_lint.project.types import Type
from lstm_lint.typestate import assign, calls, narrow
from lstm_lint.typestate.globals import symbol_root
from lstm_lint.typestate.paths import Path
from lstm_lint.typestate.values import NOTHING, Callable, Value, derived, join_values, packed

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_SAME_DATA = {"data", "T", "mT", "real", "value", "values"}
_NOT_DATA = {"shape", "device", "dtype", "ndim", "is_cuda", "requires_grad", "grad", "_grad", "grad_fn"}
_COMPARISONS = {"==", "!=", "<", ">", "<=", ">=", "is", "is not", "in", "not in", "not", "fstring", "slice"}


def evaluate(run: Interpreter, expr: facts.Expr, state: State, entering: bool = False) -> Value:
    """The value of ``expr``; ``entering`` when it is the item of a ``with``."""
    run.spent[0] += 1
    if isinstance(expr, facts.Name):
        return _name(run, expr, state)
    if isinstance(expr, facts.Attribute):
        return _attribute(run, expr, state)
    if isinstance(expr, facts.Call):
        return calls.call(run, expr, state, entering)
    if isinstance(expr, facts.Constant):
        return Value(const=expr)
    if isinstance(expr, facts.Subscript):
        return _subscript(run, expr, state)
    if isinstance(expr, facts.Display):
        items = tuple(evaluate(run, item, state) for item in expr.items)
        starred = any(isinstance(item, facts.Starred) for item in expr.items)
        return packed(items, None if starred or expr.kind == "set" else items)
    if isinstance(expr, facts.DictDisplay):
        return _dict(run, expr, state)
    if isinstance(expr, facts.Operation):
        return _operation(run, expr, state)
    if isinstance(expr, (facts.BoolOp, facts.Conditional)):
        return _choice(run, expr, state)
    if isinstance(expr, facts.Walrus):
        value = evaluate(run, expr.value, state)
        assign.store(run, expr.target, value, state)
        return value
    if isinstance(expr, facts.Comprehension):
        return _comprehension(run, expr, state)
    if isinstance(expr, facts.Lambda):
        info = run.project.symbols.function_info(run.frame.module, None, expr.function)
        return Value(callables=frozenset({Callable(info, None, run.frame.number)}))
    if isinstance(expr, facts.Yield):
        return NOTHING if expr.value is None else _dropped(evaluate(run, expr.value, state))
    return evaluate(run, expr.value, state)  # Await, Starred


def _dropped(_: Value) -> Value:
    return NOTHING


def _name(run: Interpreter, expr: facts.Name, state: State) -> Value:
    found = run.lookup(expr.id, state)
    if found is not None:
        return found
    symbols = run.project.symbols.resolve_each(run.frame.module, expr.id)
    return any_of(run, symbols, state) if symbols else Value(external=expr.id, known=False)


def any_of(run: Interpreter, symbols: tuple[Symbol, ...], state: State) -> Value:
    """The value of a global name that may stand for any of these."""
    values = [run.globals.read(run, s, state) if isinstance(s, Variable) else symbol_value(run, s) for s in symbols]
    return reduce(join_values, values)


def symbol_value(run: Interpreter, symbol: Symbol) -> Value:
    """The value of what a global name stands for."""
    if isinstance(symbol, ClassInfo):
        return Value(classes=frozenset({symbol}))
    if isinstance(symbol, FunctionInfo):
        return Value(callables=frozenset({Callable(symbol, None, -1)}))
    if isinstance(symbol, ModuleRef):
        return Value(module=symbol.dotted)
    if isinstance(symbol, External):
        if symbol.dotted in run.project.vocabulary.classes:
            canonical = run.project.classes.external(symbol.dotted)
            return Value(classes=frozenset({canonical}), external=symbol.dotted)
        return Value(external=symbol.dotted)
    assert isinstance(symbol, Variable)
    root = symbol_root(symbol)
    types = run.project.typing.symbol_types(symbol)
    classes = frozenset(t.ref for t in types if t.of_class)
    instances = frozenset(t for t in types if not t.of_class)
    run.index.root_types[root] = instances
    return Value(refs=frozenset({Path(root)}), types=instances, classes=classes)


def _attribute(run: Interpreter, expr: facts.Attribute, state: State) -> Value:
    base = evaluate(run, expr.value, state)
    if base.module or (base.external and not base.refs):
        symbol: Symbol = ModuleRef(base.module) if base.module else External(base.external)
        found = run.project.symbols.attribute_each(symbol, expr.attr)
        if found and (not base.classes or isinstance(found[0], Variable)):
            return any_of(run, found, state)
    return attribute_of(run, base, expr.attr, state)


def attribute_of(run: Interpreter, base: Value, attr: str, state: State) -> Value:
    """The value of ``base.attr``."""
    if attr in _NOT_DATA:
        return NOTHING
    for ref in base.classes:
        if isinstance(ref, ClassInfo) and attr in ref.fact.functions:
            info = run.project.symbols.function_info(ref.module, ref, ref.fact.functions[attr])
            return Value(callables=frozenset({Callable(info, None, -1)}))
    for name, value in base.keys or ():
        if name == attr and not base.refs:
            return replace(value, src=value.src | base.src)
    if not base.refs or (attr in _SAME_DATA and (base.tags or base.parameters_of)):
        return derived(base)
    result: Value | None = None
    for path in base.refs:
        value = _property(run, path, base, attr, state) or run.read_field(path, attr, state)
        result = value if result is None else join_values(result, value)
    assert result is not None
    if base.calls or base.tags:
        result = replace(
            result, tags=result.tags | base.tags, calls=result.calls | base.calls, src=result.src | base.src
        )
    if not result.callables:
        bound = methods_of(run, base, attr, state)
        if bound:
            result = replace(result, callables=bound)
    return replace(result, inferred=base.inferred)


def methods_of(run: Interpreter, base: Value, attr: str, state: State) -> frozenset[Callable]:
    """The project methods that ``base.attr`` may be, bound to it: overrides of subclasses included."""
    found: set[Callable] = set()
    for t in instance_types(run, base, state):
        # A library's class by name is that class: every project subclass of it would be far too many.
        exact = isinstance(t.ref, str) or all(ref.root.kind in ("built", "self") and not ref.attrs for ref in base.refs)
        candidates = [t.ref] if exact else [t.ref, *run.project.classes.subclasses(t.ref)]
        receiver = base
        if exact and len(base.refs) > 1:
            own = frozenset(ref for ref in base.refs if t in run.types_of(ref, state))
            receiver = replace(base, refs=own or base.refs, types=frozenset({t}))
        for candidate in candidates:
            method = run.project.classes.method(candidate, attr)
            if isinstance(method, FunctionInfo):
                found.add(Callable(method, receiver, -1))
    concrete = {c for c in found if not run.project.classes.is_abstract(c.function)}
    return frozenset(concrete or found)


def instance_types(run: Interpreter, value: Value, state: State) -> frozenset[Type]:
    """The types of a value, narrowed on this path."""
    narrowed = [state.narrowed[ref] for ref in value.refs if ref in state.narrowed]
    if narrowed:
        return frozenset().union(*narrowed)
    return value.types


def _property(run: Interpreter, ref: Path, base: Value, attr: str, state: State) -> Value | None:
    for t in run.types_of(ref, state) or base.types:
        method = run.project.classes.method(t.ref, attr)
        if isinstance(method, FunctionInfo):
            names = {getattr(d, "attr", getattr(d, "id", "")) for d in method.fact.decorators}
            if names & {"property", "cached_property"}:
                bound = replace(base, refs=frozenset({ref}))
                return calls.inline(run, Callable(method, bound, -1), (), method.fact.span, state)
    return None


def _subscript(run: Interpreter, expr: facts.Subscript, state: State) -> Value:
    base = evaluate(run, expr.value, state)
    index = evaluate(run, expr.index, state)
    if isinstance(expr.index, facts.Operation) and expr.index.op == "slice" and base.element is not None:
        return replace(base, items=None, keys=None)
    key = index.literal()
    if base.items is not None and isinstance(key, int) and -len(base.items) <= key < len(base.items):
        return base.items[key]
    if base.keys is not None and key is not ...:
        for known, value in base.keys:
            if known == key:
                return replace(value, src=value.src | base.src)
    if base.calls and isinstance(key, int):
        marks = frozenset(m for m in base.calls if m.result in (-2, key))
        return replace(derived(base), calls=marks)
    return element(run, base, state)


def element(run: Interpreter, base: Value, state: State) -> Value:
    """Any element of a collection."""
    if base.element is not None:
        found = base.element
        return replace(found, src=found.src | base.src, tags=found.tags | base.tags, calls=found.calls | base.calls)
    types = run.project.typing.elements(base.types)
    held = [state.heap[p] for ref in base.refs for p in (calls.item_place(ref),) if p in state.heap]
    refs = frozenset(ref.child("[*]") for ref in base.refs)
    if held:
        value = held[0]
        for other in held[1:]:
            value = join_values(value, other)
        return replace(value, src=value.src | base.src)
    return replace(derived(base), refs=refs, types=types, inferred=base.inferred)


def element_of(run: Interpreter, iterable: facts.Expr, value: Value, state: State) -> Value:
    """What a ``for`` binds: elements, with ``zip``, ``enumerate``, ``items`` and ``values`` taken apart."""
    if isinstance(iterable, facts.Call):
        name = getattr(iterable.func, "attr", getattr(iterable.func, "id", ""))
        arguments = [a.value for a in iterable.arguments if a.keyword is None and not a.star]
        if name == "zip" and arguments:
            quiet = run.quiet()
            parts = tuple(element_of(quiet, a, evaluate(quiet, a, state), state) for a in arguments)
            return packed(parts, parts)
        if name == "enumerate" and arguments:
            inner = element_of(run.quiet(), arguments[0], evaluate(run.quiet(), arguments[0], state), state)
            return packed((NOTHING, inner), (NOTHING, inner))
        if name in ("reversed", "sorted", "list", "tuple", "iter", "tqdm") and arguments:
            return element_of(run.quiet(), arguments[0], evaluate(run.quiet(), arguments[0], state), state)
        if name in ("items", "values", "named_parameters") and isinstance(iterable.func, facts.Attribute):
            base = evaluate(run.quiet(), iterable.func.value, state)
            inner = _mapped(run, base, value, state)
            return inner if name == "values" else packed((NOTHING, inner), (NOTHING, inner))
    if value.items:
        found = value.items[0]
        for item in value.items[1:]:
            found = join_values(found, item)
        return replace(found, src=found.src | value.src)
    return element(run, value, state)


def _mapped(run: Interpreter, base: Value, value: Value, state: State) -> Value:
    if value.weights_of or value.parameters_of:
        return derived(value)
    if base.keys:
        found = base.keys[0][1]
        for _, item in base.keys[1:]:
            found = join_values(found, item)
        return replace(found, src=found.src | base.src)
    return element(run, base, state)


def _dict(run: Interpreter, expr: facts.DictDisplay, state: State) -> Value:
    pairs: list[tuple[object, Value]] = []
    values: list[Value] = []
    for key, item in expr.items:
        name = ... if key is None else evaluate(run, key, state).literal()
        value = evaluate(run, item, state)
        values.append(value)
        if name is not ...:
            pairs.append((name, value))
        elif key is None and value.keys is not None:
            pairs.extend(value.keys)
    return replace(packed(values), keys=tuple(dict(pairs).items()))


def _operation(run: Interpreter, expr: facts.Operation, state: State) -> Value:
    values = [evaluate(run, operand, state) for operand in expr.operands]
    if expr.op in _COMPARISONS:
        return NOTHING
    if expr.op == "-" and len(values) == 1 and isinstance(values[0].literal(), int):
        inner = values[0].const
        assert inner is not None and isinstance(inner.value, int)
        return Value(const=facts.Constant(-inner.value, inner.span))
    if expr.op == "*" and any(v.literal() in (0, 0.0) and v.const is not None for v in values):
        return NOTHING  # multiplied by zero: nothing of it is left
    if expr.op == "*":
        _note_masks(run, expr, values, state)
    if expr.op == "|" and all(v.keys is not None for v in values):
        merged = dict(values[0].keys or ()) | dict(values[1].keys or ())
        return replace(packed(values), keys=tuple(merged.items()))
    return derived(packed(values))


def _note_masks(run: Interpreter, expr: facts.Operation, values: list[Value], state: State) -> None:
    """``h * (1 - done)``: writing all ones to ``done`` is a reset of the state in ``h``."""
    for index, operand in enumerate(expr.operands):
        mask = _inverted(operand)
        if mask is None:
            continue
        masked = frozenset().union(*(v.src for other, v in enumerate(values) if other != index))
        value = evaluate(run.quiet(), mask, state)
        run.note_mask(value.src, masked)
        if value.ones:
            for other, held in enumerate(values):
                if other != index:
                    values[other] = replace(held, tags=frozenset(), calls=frozenset())


def _inverted(expr: facts.Expr) -> facts.Expr | None:
    """``done`` of ``1 - done``, reshaped or not."""
    while isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
        expr = expr.func.value
    while isinstance(expr, facts.Subscript):
        expr = expr.value
    if isinstance(expr, facts.Operation) and expr.op == "-" and len(expr.operands) == 2:
        left = expr.operands[0]
        if isinstance(left, facts.Constant) and left.value in (1, 1.0):
            return expr.operands[1]
    return None


def _choice(run: Interpreter, expr: facts.BoolOp | facts.Conditional, state: State) -> Value:
    if isinstance(expr, facts.Conditional):
        then, orelse = narrow.assume(run, state.copy(), expr.test)
        first = None if then is None else evaluate(run, expr.then, then)
        second = None if orelse is None else evaluate(run, expr.orelse, orelse)
    else:
        holds, fails = narrow.assume(run, state.copy(), expr.left)
        go_on, stop = (holds, fails) if expr.op == "and" else (fails, holds)
        first = None if stop is None else evaluate(run.quiet(), expr.left, stop)
        second = None if go_on is None else evaluate(run, expr.right, go_on)
        then, orelse = stop, go_on
    merged = then if orelse is None else orelse if then is None else run.join(then, orelse)
    if merged is not None:
        state.become(merged)
    if first is None or second is None:
        return first or second or NOTHING
    if isinstance(expr, facts.BoolOp) and first.is_none:
        return second
    return join_values(first, second)


def _comprehension(run: Interpreter, expr: facts.Comprehension, state: State) -> Value:
    outside = set(run.comprehended)
    try:
        return _comprehended(run, expr, state)
    finally:
        run.comprehended.intersection_update(outside)


def _comprehended(run: Interpreter, expr: facts.Comprehension, state: State) -> Value:
    for clause in expr.clauses:
        iterable = evaluate(run, clause.iterable, state)
        run.comprehended |= {name.id for name in walk.expressions(clause.target) if isinstance(name, facts.Name)}
        assign.store(run, clause.target, element_of(run, clause.iterable, iterable, state), state, each=True)
        for test in clause.tests:
            then, _ = narrow.assume(run, state.copy(), test)
            if then is not None:
                state.become(then)
    if expr.key is not None:
        evaluate(run, expr.key, state)
    value = evaluate(run, expr.element, state)
    run.index.many |= {ref.root for ref in value.refs if ref.root.kind == "built"}
    result = packed((value,))
    return replace(result, element=value)


def leave_context(run: Interpreter, item: facts.Expr, state: State) -> None:
    """The second half of a generator context manager of the project, run where its ``with`` ends."""
    calls.leave_context(run, item, state)
