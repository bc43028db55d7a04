"""The value of an expression, its effects on the state applied in the order Python evaluates."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.memo import by_node
from lstm_lint.project.symbols import External, ModuleRef, Symbol, Variable
from lstm_lint.typestate import (
    answers,
    assign,
    blanks,
    calls,
    candidates,
    conditions,
    draws,
    flag_masks,
    item_by_item,
    left_over,
    named,
    noise,
    or_ones,
    products,
    records,
    saved,
    sessions,
    tensordicts,
    untold,
    visits,
)
from lstm_lint.typestate.attributes import attribute_of
from lstm_lint.typestate.elements import element, element_of
from lstm_lint.typestate.globals import looked_up, symbol_value
from lstm_lint.typestate.paths import Local, Path, Root
from lstm_lint.typestate.values import (
    NOTHING,
    Callable,
    Value,
    always_true,
    derived,
    is_zero,
    join_values,
    packed,
    replace,
)

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

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
    symbols = run.project.symbols.resolve_each(run.frame.module, expr.id) or named.unbound(run, expr.id)
    return any_of(run, symbols, state) if symbols else Value(external=expr.id, known=False)


def any_of(run: Interpreter, symbols: tuple[Symbol, ...], state: State) -> Value:
    """The value of a global name that may stand for any of these."""
    values = [run.globals.read(run, s, state) if isinstance(s, Variable) else symbol_value(run, s) for s in symbols]
    return reduce(join_values, values)


def _attribute(run: Interpreter, expr: facts.Attribute, state: State) -> Value:
    base = evaluate(run, expr.value, state)
    if base.module or (base.external and not base.refs):
        symbol: Symbol = ModuleRef(base.module) if base.module else External(base.external)
        found = run.project.symbols.attribute_each(symbol, expr.attr)
        if found and (not base.classes or isinstance(found[0], Variable)):
            return any_of(run, found, state)
    return attribute_of(run, base, expr.attr, state)


def _subscript(run: Interpreter, expr: facts.Subscript, state: State) -> Value:
    if (kept := sessions.attribute(run, expr, state)) is not None:
        return _attribute(run, kept, state)
    base = evaluate(run, expr.value, state)
    index = evaluate(run, expr.index, state)
    taken = run.project.typing.looked_up(expr, run.frame.scope)
    if taken:
        return looked_up(run, taken)
    by_name = named.entry(run, expr.value, index) or tensordicts.entry(run, base, expr.index, state)
    if by_name is not None:
        return by_name
    collection = base.element is not None or any(t.arguments for t in base.types)
    if isinstance(expr.index, facts.Operation) and expr.index.op == "slice" and collection:
        return replace(base, items=None, keys=None)
    key = index.literal()
    if base.items is not None and isinstance(key, int) and -len(base.items) <= key < len(base.items):
        item = base.items[key]
        return replace(item, src=item.src | base.src) if base.src else item
    if base.keys is not None and key is not ...:
        for known, value in base.keys:
            if known == key:
                return replace(value, src=value.src | base.src)
    if base.calls and isinstance(key, int):
        marks = frozenset(m for m in base.calls if m.result in (-2, key))
        return replace(derived(base), calls=marks)
    shelved = _shelved(run, expr, base)
    if shelved is not None:
        return shelved
    found = untold.entry(element(run, base, state, key), base)
    if isinstance(expr.index, facts.Operation) and expr.index.op == "slice":
        found = replace(found, noise=base.noise)  # a part of one lot, and not one of many
    if not (found.weights_of and not found.copied) and not (found.refs and found.types):
        return found
    if found.weights_of:
        return replace(found, copied=True) if draws.is_under_drawn(run, expr.index) else found
    return draws.one_of(run, found, expr, state) or found if draws.is_drawn(run, expr.index) else found


def _shelved(run: Interpreter, expr: facts.Subscript, base: Value) -> Value | None:
    """The object of the project that other code has put under a name: one and the same wherever it is taken out."""
    taken = run.project.shelved.taken(expr, run.frame.scope) if base.refs and not base.types else None
    if taken is None:
        return None
    shelf, types = taken
    root = Root("parameter", f"{shelf.holder}[{shelf.key!r}]", None)
    run.index.root_types[root] = types
    return Value(refs=frozenset({Path(root)}), types=types)


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
    if expr.op == "*" and any(map(is_zero, values)):
        return NOTHING  # multiplied by zero: nothing of it is left
    if expr.op == "*":
        if any(v.items is not None and always_true(v) for v in values):
            return Value(ones=True)
        if (blank := blanks.repeated(values)) is not None:
            return blank
        values = products.multiplied(run, expr, values, state)
    if expr.op == "|" and all(v.keys is not None for v in values):
        merged = dict(values[0].keys or ()) | dict(values[1].keys or ())
        return replace(packed(values), keys=tuple(merged.items()))
    if _is_of_a_world(run):
        return NOTHING
    out = noise.combined(expr.op, values, derived(packed(values)))
    return saved.changed(candidates.drawn(run, expr, values, out))


def _is_of_a_world(run: Interpreter) -> bool:
    """Whether arithmetic is that of a class in a file without torch: a simulated world works on actions, not on states.

    A store of states there keeps them as they are.
    """
    return run.frame.klass is not None and not _has_tensors(run.frame.module.facts)


@by_node
def _has_tensors(module: facts.ModuleFacts) -> bool:
    return any(item.module.partition(".")[0] in _TENSORS for item in module.imports)


_TENSORS = frozenset({"torch", "jax", "tensorflow", "mindspore", "paddle", "tinygrad"})


def _choice(run: Interpreter, expr: facts.BoolOp | facts.Conditional, state: State) -> Value:
    if isinstance(expr, facts.Conditional):
        then, orelse = conditions.assume(run, state.copy(), expr.test)
        first = None if then is None else evaluate(run, expr.then, then)
        second = None if orelse is None else evaluate(run, expr.orelse, orelse)
    else:
        holds, fails = conditions.assume(run, state.copy(), expr.left)
        go_on, stop = (holds, fails) if expr.op == "and" else (fails, holds)
        first = None if stop is None else evaluate(run.quiet(), expr.left, stop)
        second = None if go_on is None else evaluate(run, expr.right, go_on)
        then, orelse = stop, go_on
    merged = then if orelse is None else orelse if then is None else run.join(then, orelse)
    if merged is not None:
        state.become(merged)
    if first is None or second is None:
        return first or second or NOTHING
    if isinstance(expr, facts.Conditional):
        first, second = flag_masks.chosen(run, expr, first, second, state)
    if isinstance(expr, facts.BoolOp) and first.is_none:
        return second
    if isinstance(expr, facts.BoolOp) and expr.op == "or" and first.items:
        return first  # there is something in it
    either = untold.mixed(join_values(first, second))
    return replace(either, ones=True) if or_ones.is_true(run, expr, second) else either


def _comprehension(run: Interpreter, expr: facts.Comprehension, state: State) -> Value:
    outside = dict(run.comprehended)
    names = set().union(*map(flag_masks.drawn_from, expr.clauses)) - outside.keys()
    own = {place: state.env.get(place) for name in names for place in (Local(run.frame.number, name),)}
    try:
        return _comprehended(run, expr, state)
    finally:
        for place, hidden in own.items():  # its variables end with it, and others of these names are back
            state.env.take(place)
            if hidden is not None:
                state.env[place] = hidden
        run.comprehended.clear()
        run.comprehended |= outside


def _carried(state: State) -> tuple[object, ...]:
    """The calls that ran and the states that are carried: what one round hands on to the next."""
    return state.ran, state.repeated, {place: value.tags for place, value in state.bearing() if value.tags}


def _comprehended(run: Interpreter, expr: facts.Comprehension, state: State) -> Value:
    lost: left_over.LeftOver = {}
    rounds: visits.Visits | None = None
    for clause in expr.clauses:
        iterable = evaluate(run, clause.iterable, state)
        run.comprehended |= flag_masks.drawn_from(clause)
        there = frozenset(state.fresh)
        each = item_by_item.made(run, expr, iterable, state)
        if each is not None:
            value = reduce(join_values, each)
            _are_many(run, value, there)
            return replace(packed(each, each), element=value)
        bound = element_of(run, clause.iterable, iterable, state)
        rounds = visits.begin_element(run, expr, iterable, bound, state)
        assign.store(run, clause.target, bound, state, each=True)
        for test in clause.tests:
            then, orelse = conditions.assume(run, state.copy(), test)
            if then is not None:
                lost |= left_over.left_out(then, orelse)
                state.become(then)
    if expr.key is not None:
        evaluate(run, expr.key, state)
    began, there = _carried(state), frozenset(state.fresh)
    whichever = answers.of_whichever(run, expr.span, state)
    value = answers.of_some(evaluate(run, expr.element, state), whichever, state)
    if _carried(state) != began:  # the second of many rounds, which meets what the first one left
        if rounds is not None:
            rounds.begin_next(state)
        value = answers.of_some(evaluate(run, expr.element, state), whichever, state)
    left_over.put_back(run, expr, lost, state)
    _are_many(run, value, there)
    result = packed((value,))
    return replace(result, element=value, keys=_same_keys(run, expr, value, state))


def _are_many(run: Interpreter, value: Value, there: frozenset[Root]) -> None:
    """The objects that a comprehension makes each stand for many: those that were not there before."""
    made = {ref.root for part in records.within(value) for ref in part.refs if ref.root not in there}
    run.index.many |= {root for root in {ref.root for ref in value.refs} | made if root.kind == "built"}


def _same_keys(
    run: Interpreter, expr: facts.Comprehension, value: Value, state: State
) -> tuple[tuple[object, Value], ...] | None:
    """The entries of ``{k: h.detach() for k, h in memory.items()}``, whose keys are those of ``memory``."""
    clause = expr.clauses[0]
    target = clause.target.items[0] if isinstance(clause.target, facts.Display) and clause.target.items else None
    of = clause.iterable.func if isinstance(clause.iterable, facts.Call) else None
    whole = len(expr.clauses) == 1 and not clause.tests and isinstance(of, facts.Attribute) and of.attr == "items"
    named = isinstance(expr.key, facts.Name) and isinstance(target, facts.Name) and expr.key.id == target.id
    if not (whole and named and isinstance(of, facts.Attribute)):
        return None
    keys = run.quiet().evaluate(of.value, state).keys
    return None if keys is None else tuple((key, _made_of(value, entry)) for key, entry in keys)


def _made_of(value: Value, entry: Value) -> Value:
    """What is made of each entry, for one of them: of the states that this one carries."""
    return replace(value, tags=entry.tags, calls=entry.calls) if value.tags else value
