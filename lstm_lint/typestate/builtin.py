"""Calls whose meaning Python, torch tensors and containers fix: getattr, partial, append, zero_, state_dict …"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import wrapping
from lstm_lint.typestate import (
    adapters,
    assign,
    blanks,
    containers,
    dropped,
    episodes,
    events,
    exchange,
    gathered,
    inlining,
    listed,
    load_hooks,
    lost,
    masks,
    named,
    namespaces,
    patched,
    phases,
    put,
    records,
    saved,
    set_by_name,
    submodules,
    taken_out,
    targets,
    unpacked,
    unreadable,
)
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import attribute_of, class_of
from lstm_lint.typestate.elements import chosen, element
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import (
    NOTHING,
    Callable,
    Value,
    always_true,
    derived,
    is_zero,
    join_values,
    joined,
    packed,
    replace,
)
from lstm_lint.walk import is_whole

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_SAME = {"to", "cuda", "cpu", "eval", "train", "float", "half", "double", "requires_grad_", "share_memory", "bfloat16",
         "type", "compile", "unwrap", "module"}  # fmt: skip
_WEIGHTS = {"state_dict", "get_parameters", "get_weights"}
_ADDING = ("append", "appendleft", "insert", "extend", "put")
_PARAMETERS = {"parameters", "named_parameters", "buffers", "named_buffers"}
_AROUND_WORLDS = ("gymnasium.wrappers.", "gym.wrappers.")
_GIVING = ("contextlib.nullcontext", "contextlib.closing", "contextlib.aclosing")
"""What a ``with`` enters is what they were handed."""
_COLLECTIONS = {"list", "tuple", "sorted", "reversed", "iter", "set", "deque", "map", "filter", "zip", "enumerate"}


def call(run: Interpreter, callee: Value, expr: facts.Call, arguments: Arguments, state: State) -> Value | None:
    """A plain call with a fixed meaning; None when it has none."""
    name = callee.external.rpartition(".")[2]
    first = arguments.positional[0] if arguments.positional else None
    if name == "dict" and callee.external == name and arguments.keywords and not arguments.stars:
        known = (first.keys or ()) if first is not None else ()
        return replace(arguments.packed(), keys=tuple(dict((*known, *arguments.keywords)).items()))
    if first is None:
        return None
    if walk.chain(expr.func) == "dict.fromkeys":
        return packed(arguments.positional[1:])  # nothing of what the keys are taken from
    if name == "getattr" and len(arguments.positional) > 1:
        attrs = sorted(arguments.positional[1].spelt)
        inner = arguments.positional[1].literal() in wrapping.ORIGINAL and len(arguments.positional) > 2
        if inner and first.refs and first == arguments.positional[2]:
            return first  # whatever is around it, the network is the same
        taken = named.member(run, first, arguments.positional[1])
        if taken is not None:
            return taken
        return joined([attribute_of(run, first, attr, state) for attr in attrs])
    if name == "any" and callee.external == name and first.element is not None and first.element.answer:
        return Value(answer=first.element.answer)
    if name == "type" and callee.external == name and len(arguments.positional) == 1:
        return class_of(run, first, state)
    if name == "import_module":
        return named.imported(run, callee, first)
    if name == "eval":
        return named.evaluated(run, callee, expr, first)
    if (name == "setattr" or callee.external == "object.__setattr__") and len(arguments.positional) > 2:
        set_by_name.store(run, expr, arguments, state)
        return NOTHING
    if name == "delattr" and len(arguments.positional) == 2:
        for attr in sorted(arguments.positional[1].spelt):
            dropped.attribute(run, facts.Attribute(expr.arguments[0].value, attr, expr.span), state)
        return NOTHING
    if callee.external in _GIVING:
        return first
    if name == "partial":
        rest = Arguments(arguments.positional[1:], arguments.keywords)
        return replace(first, callables=frozenset(_bind(c, rest) for c in first.callables))
    if name in ("map", "tree_map") and first.callables and len(arguments.positional) > 1:
        return _map(run, first, arguments, expr, state)
    if name in ("map", "tree_map") and unreadable.makes(first.external.rpartition(".")[2]):
        return NOTHING  # every tensor made anew
    if name == "filter" and callee.external == name and len(arguments.positional) == 2:
        listed.filtered(run, expr.arguments[0].value, element(run, arguments.positional[1], state), state)
        return arguments.positional[1]
    if name == "zip" and callee.external == name and len(arguments.positional) > 1:
        parts = tuple(element(run, each, state) for each in arguments.positional)
        together = packed(parts, parts)
        return replace(packed((together,)), element=together)
    if (name in _COLLECTIONS and callee.external == name) or callee.external == "itertools.cycle":
        return first
    if (name in wrapping.FUNCTIONS and first.types and first.refs) or wrapping.wraps(callee.external):
        return first
    if callee.external.startswith(_AROUND_WORLDS) and first.refs and episodes.resets_itself(run, first):
        return first  # it begins anew by itself behind a wrapper, too
    if name in ("next", "anext") and callee.external == name:
        return element(run, first, state)
    if first.keys is not None or containers.is_dict(run, expr.arguments[0].value):
        return None  # what comes out of a dict is a name
    return chosen(run, callee.external, arguments, state)


def _bind(bound: Callable, rest: Arguments) -> Callable:
    if isinstance(bound.after, Arguments):
        rest = Arguments(bound.after.positional + rest.positional, bound.after.keywords + rest.keywords)
    return bound._replace(after=rest)


def _map(run: Interpreter, function: Value, arguments: Arguments, expr: facts.Call, state: State) -> Value:
    given = element(run, arguments.positional[1], state)
    value = inlining.enter_each(run, function.callables, Arguments((given,), ()), expr.span, state, False)
    return replace(packed((value,)), element=value)


def method(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value | None:
    """A method call with a fixed meaning on modules, tensors and containers; None when it has none."""
    name = func.attr
    listed.called(run, expr, state)
    if name == "load_state_dict" and base.refs:
        source = arguments.packed()
        events.replace_weights(run, base.refs, expr.span, func.value, name, state, source)
        for ref in base.refs:
            load_hooks.loaded(run, ref, name, expr.span, state)
        return NOTHING
    if name in load_hooks.REGISTERS and arguments.positional:
        load_hooks.register(run, base, arguments.positional[0], state)
        return NOTHING
    if name in _WEIGHTS and base.refs:
        return Value(weights_of=base.refs)
    if name in _PARAMETERS and base.refs:
        return Value(parameters_of=base.refs)
    if name in _SAME and base.types:
        return base
    modules = submodules.method(run, base, expr, name, arguments, state)
    if modules is not None:
        return modules
    if name in wrapping.PREPARING:
        prepared = _prepared(base, arguments)
        if prepared is not None:
            return prepared
    if not base.tags and masks.is_of_all(func.value):
        if _clears(name, arguments):
            masks.zeroed(run, base.src, expr.span, state)
        elif _fills_with_ones(name, arguments):
            masks.raised(run, base.src, expr.span, state)
    if name == "update":
        if namespaces.update(run, func, expr, arguments, state, assign.store):
            return NOTHING
        patched.update(run, base, expr, state)
        if put.update(run, base, func, expr, arguments, state):
            return NOTHING
    if (base.parameters_of or base.weights_of) and name not in _ADDING:
        return _on_parameters(run, base, func, expr, arguments, state)
    if name == "copy_" and arguments.positional and arguments.positional[0].bears_state:
        _copy_in(run, base, func.value, arguments.positional[0], state)
        return base
    emptied = taken_out.method(run, base, func, expr, arguments, state)
    if emptied is not None:
        return emptied
    if base.tags:
        done = _on_state(run, base, func, expr, arguments, state)
        if done is not None or not records.has_members(base):
            return done
    return _on_container(run, base, func, expr, arguments, state)


def _prepared(base: Value, arguments: Arguments) -> Value | None:
    """``net, optimizer = accelerator.prepare(net, optimizer)``: what is given comes out again."""
    if base.types or not any(each.refs for each in arguments.positional):
        return None
    if len(arguments.positional) == 1:
        return arguments.positional[0]
    return packed(arguments.positional, arguments.positional)


def _on_parameters(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value:
    if func.attr in ("copy_", "set_") and arguments.positional:
        exchange.copied_into(run, base, arguments.positional[0], expr.span, func.value, state)
    elif func.attr in ("lerp_", "add_", "sub_") and arguments.positional:
        given = arguments.positional[0]
        mixed = replace(
            given,
            src=given.src | base.src,
            parameters_of=given.parameters_of | base.parameters_of,
            weights_of=given.weights_of | base.weights_of,
        )
        adds = func.attr != "lerp_" and not mixed.noise and adapters.is_stored(run, expr)
        exchange.copied_into(run, base, given if adds else mixed, expr.span, func.value, state)
    elif saved.is_copy(base) and saved.writes(func.attr):
        saved.written(base, None, state)
    given = packed((base, *arguments.everything()))
    return saved.through(func, given, derived(given), state)


def _on_state(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value | None:
    name = func.attr
    clears = _clears(name, arguments)
    replaced = name == "copy_" and bool(arguments.positional)
    if name == "update" and any(each.is_none for each in _entries(arguments)):
        phases.reset_in_place(run, base, expr.span, state)
        return NOTHING
    if clears and _is_copy(run, base, func.value):
        return NOTHING
    is_part = _is_part(func.value) or (clears and _is_one_alone(run, func.value))
    if clears and is_part:
        assign.note_partial(run, base, expr.span, state)
    if (clears or replaced) and not is_part:
        phases.reset_in_place(run, base, expr.span, state)
        return NOTHING
    return None


def _is_one_alone(run: Interpreter, expr: facts.Expr) -> bool:
    """Whether only one of several parts of a state is cleared by the code in view."""
    frame = run.frame
    bodies = [frame.body]
    if isinstance(walk.root(expr), facts.Name) and "." in (walk.chain(walk.container(expr)) or "") and frame.klass:
        bodies = [function.body for function in frame.klass.fact.functions.values()]
    return unpacked.is_one_alone(frame.body, expr) or unpacked.is_one_entry(bodies, expr)


def _clears(name: str, arguments: Arguments) -> bool:
    zero = bool(arguments.positional) and is_zero(arguments.positional[0])
    return name in ("zero_", "clear") or (name in ("fill_", "fill", "mul_") and zero)


def _fills_with_ones(name: str, arguments: Arguments) -> bool:
    given = arguments.positional[0] if arguments.positional else dict(arguments.keywords).get("value", NOTHING)
    return name in ("fill_", "fill", "copy_") and always_true(given)


def _entries(arguments: Arguments) -> tuple[Value, ...]:
    """What ``update`` writes, by keywords or in a dict."""
    inside = (value for given in arguments.positional for _, value in given.keys or ())
    return (*inside, *(value for _, value in arguments.keywords))


def _copy_in(run: Interpreter, base: Value, target: facts.Expr, value: Value, state: State) -> None:
    """``h[i].copy_(value)``: the same as an assignment to what is named."""
    if isinstance(target, facts.Attribute) and target.attr == "data":
        target = target.value
    if isinstance(target, facts.Subscript):
        assign.store(run, target, value, state)
        return
    for place in base.src:
        assign.write(run, place, value, state, target.span)


def _is_copy(run: Interpreter, base: Value, expr: facts.Expr) -> bool:
    """Whether an expression names a copy of some rows of a tensor, and not what a dict holds: ``h[done].zero_()``."""
    if base.keys is not None or not isinstance(expr, facts.Subscript) or containers.is_dict(run, expr.value):
        return False
    return lost.is_copy(run.frame.body, expr)


def _is_part(expr: facts.Expr) -> bool:
    """Whether an expression names only some rows of a tensor: ``h[:, i].zero_()``."""
    return isinstance(expr, facts.Subscript) and not is_whole(expr.index) and isinstance(expr.index, facts.Display)


def _is_state(value: Value) -> bool:
    """Whether all of a value is what networks gave or states hold: no row of a replay buffer with a state in it."""
    if value.items is not None:
        return bool(value.items) and all(map(_is_state, value.items))
    return bool(value.tags or value.calls) and not value.keys


def _on_container(
    run: Interpreter, base: Value, func: facts.Attribute, expr: facts.Call, arguments: Arguments, state: State
) -> Value | None:
    name = func.attr
    if name in (*_ADDING, "add") and arguments.positional:
        blanks.filled((base,), state)
        value = arguments.positional[-1]
        place = targets.place_of(run, func.value, state)
        if name == "append":
            gathered.gather(run, place, value, state)
        held = state.get(place) if place is not None else None
        if value.weights_of and place is not None and held is not None and held.weights_of:
            state.put(place, replace(held, weights_of=held.weights_of | value.weights_of, items=None))
            return None
        if name == "append" and gathered.is_here(place, run) and held is not None and _is_state(value):
            old = held.element
            state.put(place, replace(held, element=value if old is None else join_values(old, value), items=None))
            return None
        if not (value.refs or value.callables or (value.element is not None and value.element.refs)):
            return None
        inner = value.element if name == "extend" and value.element is not None else value
        made = inner.refs | records.made_with(run, inner, expr.span, state)
        run.index.many |= {ref.root for ref in made if ref.root.kind == "built"}
        if place is not None and held is not None and not held.refs:
            merged = inner if held.element is None else join_values(held.element, inner)
            state.put(place, replace(held, element=merged, items=None))
        for ref in base.refs:
            item = FieldPlace(ref, "[*]")
            old = state.heap.get(item)
            state.heap[item] = inner if old is None else join_values(old, inner)
        return None
    if name in ("get", "pop", "popleft", "popitem", "__getitem__", "setdefault") and (base.keys or base.element):
        key = arguments.positional[0].literal() if arguments.positional else ...
        for known, value in base.keys or ():
            if known == key:
                return replace(value, src=value.src | base.src)
        return element(run, base, state)
    if name == "values" and base.keys:
        return packed(tuple(v for _, v in base.keys), tuple(v for _, v in base.keys))
    if name in ("values", "copy") and (base.element is not None or any(t.arguments for t in base.types)):
        return base
    if name in ("get", "pop", "popleft") and any(t.arguments for t in base.types):
        return element(run, base, state)
    if name in ("get", "setdefault") and base.refs and containers.is_dict(run, func.value):
        return element(run, base, state)
    return None
