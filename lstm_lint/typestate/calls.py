"""Calls: what a call means is decided by the vocabulary and the class index, and only then by its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.decisions import decided, decides
from lstm_lint.project.types import Type
from lstm_lint.typestate import (
    acting,
    assumptions,
    builtin,
    candidates,
    commands,
    effects,
    either,
    episodes,
    functional,
    generators,
    given_once,
    inlining,
    noise,
    products,
    registered,
    session_calls,
    tasks,
    tensordicts,
    unreadable,
    uses,
)
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import (
    attribute_of,
    bound_before,
    declared_in_its_place,
    instance_types,
    kept_method,
    methods_of,
)
from lstm_lint.typestate.construction import built, construct
from lstm_lint.typestate.globals import looked_up
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.values import NOTHING, Callable, CallMark, Value, joined, replace
from lstm_lint.vocabulary import MethodRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def call(run: Interpreter, expr: facts.Call, state: State, entering: bool = False) -> Value:
    """The value of a call, its effects applied."""
    expr = _at_home(run, expr, state)
    return products.called(run, expr, _call(run, expr, state, entering), state)


def _call(run: Interpreter, expr: facts.Call, state: State, entering: bool) -> Value:
    func = expr.func
    taken = run.project.typing.looked_up(expr, run.frame.scope)
    if taken:
        Arguments.evaluate(run, expr, state)
        return looked_up(run, taken)
    if isinstance(func, facts.Attribute):
        base = _super(run, func.value, state) or run.evaluate(func.value, state)
        arguments = tasks.arguments(run, expr, state)
        registered.called(run, expr, arguments, state)
        given = (base, *arguments.everything())
        if base.module or (base.external and not base.refs and not base.classes):
            callee = run.quiet().evaluate(func, state)
            out = noise.through(func.attr, given, _called(run, callee, expr, arguments, state, entering))
        else:
            out = noise.through(func.attr, given, _method(run, base, func, expr, arguments, state, entering))
        return candidates.sampled(run, expr, out, state)
    bound = bound_before(run, func) if isinstance(func, facts.Name) else None
    if bound is not None:
        base = run.quiet().evaluate(bound.value, state)
        return _method(run, base, bound, expr, Arguments.evaluate(run, expr, state), state, entering)
    callee = run.evaluate(func, state)
    if isinstance(func, facts.Call) and walk.last_name(func.func) == "getattr":
        run.recorder.indirect.add(run.site(expr.span))
    arguments = tasks.arguments(run, expr, state)
    registered.called(run, expr, arguments, state)
    out = _called(run, callee, expr, arguments, state, entering)
    return noise.through(walk.last_name(func), arguments.everything(), out)


def _at_home(run: Interpreter, expr: facts.Call, state: State) -> facts.Call:
    """``worker.act.remote(seen)`` as ``worker.act(seen)``: an actor does what it is asked in the order it was asked."""
    func = expr.func
    if not isinstance(func, facts.Attribute) or func.attr != "remote":
        return expr
    asked = func.value
    if isinstance(asked, facts.Call) and walk.last_name(asked.func) == "options":
        asked = asked.func.value if isinstance(asked.func, facts.Attribute) else asked
    callee = run.quiet().evaluate(asked, state)
    known = callee.callables or any(isinstance(ref, ClassInfo) for ref in callee.classes)
    return facts.Call(asked, expr.arguments, expr.span) if known else expr


# --- plain calls ---


def _called(
    run: Interpreter, callee: Value, expr: facts.Call, arguments: Arguments, state: State, entering: bool
) -> Value:
    if isinstance(expr.func, facts.Name) and expr.func.id == "next" and arguments.positional:
        acting.looped(run, arguments.positional[0], expr.span, state, "next()")
    special = builtin.call(run, callee, expr, arguments, state)
    if special is not None:
        return special
    row = run.project.vocabulary.functions.get(_dotted(callee))
    module = arguments.get(row.calls) if row is not None and row.calls is not None else None
    if row is not None and module is not None:
        return _call_object(run, module, expr, functional.handed(row, expr, arguments), state) or NOTHING
    if row is not None:
        return effects.function(run, row, expr, arguments, state)
    if callee.classes:
        made = [run.project.classes.made(ref, expr) for ref in sorted(callee.classes, key=str)]
        results = [_constructed(run, ref, expr, arguments, state) for ref in made]
        if callee.inferred:
            run.index.takes_from_table(frozenset().union(*(each.refs for each in results)))
        return joined(results)
    if callee.callables:
        return _entered(run, callee.callables, expr, arguments, state, entering)
    if callee.refs:
        called, bound = _candidates(run, callee, "__call__", False, state)
        if called is not None and not bound:
            return effects.method(run, called, callee, expr.func, expr, arguments, state)
        found = _call_object(run, callee, expr, arguments, state)
        if found is not None:
            return found
    begun = tasks.begun(run, expr, arguments, state)
    return unreadable.unknown_function(run, callee, expr, arguments, state) if begun is None else begun


def _entered(
    run: Interpreter,
    functions: frozenset[Callable],
    expr: facts.Call,
    arguments: Arguments,
    state: State,
    entering: bool,
) -> Value:
    """What functions of the project give."""
    if not entering and tasks.is_generated(functions):
        return tasks.generated(run, expr, functions, arguments, state)
    return inlining.enter_each(run, functions, arguments, expr.span, state, entering)


def _constructed(run: Interpreter, ref: ClassRef, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A new object, and what the constructor of a library's class does to what it is given."""
    value = construct(run, ref, expr, arguments, state)
    registered.kept(run, ref, arguments, expr.span, state)
    row = run.project.classes.method(ref, "__init__")
    if isinstance(row, MethodRow):
        effects.method(run, row, value, expr.func, expr, arguments, state)
    return value


def _dotted(callee: Value) -> str:
    """The import path of the function that is called, one of the project's own too: a row says what it is to be."""
    if len(callee.callables) != 1:
        return callee.external
    (one,) = callee.callables
    return one.function.id.replace(":", ".") if one.receiver is None else ""


def _call_object(run: Interpreter, callee: Value, expr: facts.Call, arguments: Arguments, state: State) -> Value | None:
    """``net(x, h)``: ``forward`` or ``__call__`` is read when it can be, and the call is net's in any case."""
    uses.use_value(run, arguments.packed(), _one(callee.refs), expr.span, _last(expr.func), state)
    for ref in callee.refs:
        episodes.advanced(run, ref, expr, arguments.packed(), state)
        tensordicts.written(run, ref, expr, state)
    bound: set[Callable] = set()
    for name in ("forward", "__call__"):
        bound |= methods_of(run, callee, name, state)
        if bound:
            break
    result = inlining.enter_each(run, frozenset(bound), arguments, expr.span, state, False) if bound else NOTHING
    if bound and all(decides(each.function.fact) for each in bound):
        return result
    read = arguments.places() - run.as_weights
    marks = frozenset(CallMark(run.site(expr.span), ref, read) for ref in callee.refs)
    items = result.items
    if items is not None:
        numbers = frozenset[int].intersection(*(decided(each.function.fact) for each in bound))
        items = tuple(
            item if place in numbers else replace(item, calls=item.calls | marks) for place, item in enumerate(items)
        )
    return replace(result, calls=result.calls | marks, items=items)


def _one(refs: frozenset[Path]) -> Path | None:
    return next(iter(refs)) if len(refs) == 1 else None


# --- methods ---


def _super(run: Interpreter, expr: facts.Expr, state: State) -> Value | None:
    """``super()`` as the object itself; which method it finds is looked up behind the current class."""
    if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Name) and expr.func.id == "super":
        return run.frame.first
    return None


def _method(
    run: Interpreter,
    base: Value,
    func: facts.Attribute,
    expr: facts.Call,
    arguments: Arguments,
    state: State,
    entering: bool,
) -> Value:
    name = func.attr
    episodes.called(run, base, func, state)
    if name in ("close", "aclose"):
        generators.closed(run, base, state)
    elif name in ("send", "asend"):
        generators.sent(run, base, expr, state)
    elif name in given_once.CLEARS and base.callables:
        given_once.cleared(run, base.callables, state)
    if (taken := session_calls.method(run, base, func, expr, arguments, state)) is not None:
        return taken
    if base.classes:
        return _class_method(run, base, func, expr, arguments, state, entering)
    is_super = _super(run, func.value, state) is not None
    if not is_super:
        assumptions.assume_algorithm(run, base, func, expr, arguments, state)
        base = replace(base, types=instance_types(run, base, state) or _assumed_types(run, base, state))
    row, bound = _candidates(run, base, name, is_super, state)
    if row is None and not bound and not is_super and (declared := declared_in_its_place(run, base, func, state)):
        base = replace(base, types=declared)
        row, bound = _candidates(run, base, name, is_super, state)
    held = None if is_super else _held_callables(run, base, name, state)
    if bound:
        if row is not None and (types := either.of_library(run, base, name)):
            return either.call(run, row, types, bound, base, func, expr, arguments, state, entering)
        result = _entered(run, bound, expr, arguments, state, entering)
        if episodes.observes(run, base, name):
            return episodes.observed(result)
        if not result.calls and not is_super and not all(decides(each.function.fact) for each in bound):
            result = _own_mark(run, base, expr, arguments, result, state)
        return result
    if row is not None:
        return effects.method(run, row, base, func, expr, arguments, state)
    if not is_super and (kept := kept_method(run, base, func, state)):
        return _method(run, *kept, expr, arguments, state, entering)
    if held:
        return inlining.enter_each(run, held, arguments, expr.span, state, entering)
    stored = None if is_super else _stored(run, base, name, state)
    if stored is not None:
        return _called(run, stored, expr, arguments, state, entering)
    if told := commands.told(run, base, name, expr):
        return _entered(run, told, expr, arguments, state, entering)
    builders = _builders(run, base.types, name)
    if builders:
        return _built_by(run, builders, name, expr, arguments, state)
    special = builtin.method(run, base, func, expr, arguments, state)
    if special is not None:
        return special
    begun = tasks.begun(run, expr, arguments, state)
    return unreadable.unknown_method(run, base, func, expr, arguments, state) if begun is None else begun


def _assumed_types(run: Interpreter, base: Value, state: State) -> frozenset[Type]:
    return frozenset().union(*(run.types_of(ref, state) for ref in base.refs))


def _candidates(
    run: Interpreter, base: Value, name: str, is_super: bool, state: State
) -> tuple[MethodRow | None, frozenset[Callable]]:
    if is_super:
        found = _super_method(run, name)
        if isinstance(found, FunctionInfo):
            return None, frozenset({Callable(found, base, -1)})
        return found, frozenset()
    bound = methods_of(run, base, name, state)
    row: MethodRow | None = None
    for t in base.types:
        method = run.project.classes.method(t.ref, name)
        if isinstance(method, MethodRow):
            row = method
    return row, bound


def _super_method(run: Interpreter, name: str) -> FunctionInfo | MethodRow | None:
    klass, first = run.frame.klass, run.frame.first
    if klass is None:
        return None
    for t in first.types if first is not None else ():
        lineage = run.project.classes.lineage(t.ref)
        if klass in lineage:
            return run.project.classes.method_after(lineage[lineage.index(klass) + 1 :], name)
    return run.project.classes.method_after(run.project.classes.lineage(klass)[1:], name)


def _held_callables(run: Interpreter, base: Value, name: str, state: State) -> frozenset[Callable]:
    """A function stored in an attribute; a module stored there is called as an object."""
    found: frozenset[Callable] = frozenset()
    for ref in base.refs:
        value = state.heap.get(FieldPlace(ref, name))
        if value is not None:
            found |= value.callables
    return found


def _stored(run: Interpreter, base: Value, name: str, state: State) -> Value | None:
    """The object in an attribute that is called like a method: ``self.net(x)``."""
    for t in base.types:
        if run.project.typing.attribute(t.ref, name) or run.project.assigns(t.ref, name):
            return attribute_of(run, base, name, state)
    for ref in base.refs:
        held = state.heap.get(FieldPlace(ref, name))
        if held is not None and (held.types or held.classes):
            return held
    return None


def _own_mark(
    run: Interpreter, base: Value, expr: facts.Call, arguments: Arguments, result: Value, state: State
) -> Value:
    """A method of a recurrent object whose inner call was lost on the way still returns what the object made."""
    if not any(run.project.recurrence.of(t.ref) == "yes" for t in base.types):
        return result
    given = arguments.packed()
    if not given.tags and not any(map(looks_like_state, arguments.places())):
        return result  # `net.initial_state(args.envs)` is given no state to go on from
    marks = frozenset(CallMark(run.site(expr.span), ref, arguments.places() - run.as_weights) for ref in base.refs)
    return replace(result, calls=marks)


def _builders(run: Interpreter, types: Iterable[Type], name: str) -> list[Type]:
    """The classes of which ``name`` makes an object, in an order of their own."""
    found = {
        t._replace(of_class=False)
        for t in types
        if any(name in row.builders for row in run.project.classes.rows(t.ref))
    }
    return sorted(found, key=lambda t: str(t.ref))


def _built_by(
    run: Interpreter, builders: list[Type], name: str, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    """A new object of each of the classes that it may be."""
    names = [name] if len(builders) == 1 else [f"{t.ref}.{name}" for t in builders]
    made = zip(builders, names, strict=True)
    return joined([built(run, t, each, expr, arguments, state, False) for t, each in made])


def _class_method(
    run: Interpreter,
    base: Value,
    func: facts.Attribute,
    expr: facts.Call,
    arguments: Arguments,
    state: State,
    entering: bool,
) -> Value:
    """A call on a class: a builder, a classmethod, or a method with its object as the first argument."""
    results: list[Value] = []
    several = _builders(run, map(Type, base.classes), func.attr)
    if len(several) > 1:
        results.append(_built_by(run, several, func.attr, expr, arguments, state))
    for ref in sorted(base.classes, key=str):
        found = run.project.classes.method(ref, func.attr)
        if isinstance(found, FunctionInfo):
            names = {getattr(d, "id", "") for d in found.fact.decorators}
            receiver = None
            if "classmethod" in names:
                receiver = Value(classes=frozenset({ref}))
            results.append(inlining.enter(run, Callable(found, receiver, -1), arguments, expr.span, state, entering))
            continue
        builders = _builders(run, [Type(ref)], func.attr)
        if builders and len(several) > 1:
            continue
        if builders:
            results.append(_built_by(run, builders, func.attr, expr, arguments, state))
        elif isinstance(found, MethodRow) and arguments.positional:
            inner = arguments.positional[0]
            rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.stars)
            results.append(effects.method(run, found, inner, func, expr, rest, state))
        else:
            results.append(unreadable.result(run, frozenset(), func.attr, expr, state))
    return joined(results)


def _last(expr: facts.Expr) -> str:
    expr = walk.container(expr)  # `self.models["actor"](…)`
    return _last(expr.func) if isinstance(expr, facts.Call) else walk.last_name(expr)  # `policy()(…)`
