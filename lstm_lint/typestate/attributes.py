"""What is read from an object: its attributes, methods and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo, Types
from lstm_lint.project.types import Type
from lstm_lint.project.wrapping import ORIGINAL
from lstm_lint.typestate import inlining
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Path
from lstm_lint.typestate.values import NOTHING, Callable, Value, derived, join_values, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


_SAME_DATA = {"data", "T", "mT", "real", "value", "values"}

_READ = {"property", "cached_property"}
"""What is decorated so is read, like an attribute."""

_NOT_DATA = {"shape", "device", "dtype", "ndim", "is_cuda", "requires_grad", "grad", "_grad", "grad_fn"}


def attribute_of(run: Interpreter, base: Value, attr: str, state: State) -> Value:
    """The value of ``base.attr``."""
    if attr in _NOT_DATA:
        return NOTHING
    itself = class_of(run, base, state) if attr == "__class__" else None
    if itself is not None:
        return itself
    for ref in base.classes:
        if isinstance(ref, ClassInfo) and attr in ref.fact.functions:
            info = run.project.symbols.function_info(ref.module, ref, ref.fact.functions[attr])
            return Value(callables=frozenset({Callable(info, None, -1)}))
    for name, value in base.keys or ():
        if name == attr and not base.refs:
            return replace(value, src=value.src | base.src)
    if not base.refs or (attr in _SAME_DATA and (base.tags or base.parameters_of)):
        return derived(base)
    if attr in ORIGINAL and not base.tags and all(_is_wrapped(run, path, attr, state) for path in base.refs):
        return base
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


def class_of(run: Interpreter, value: Value, state: State) -> Value | None:
    """The class of an object of the project, which has what the object sees of it: ``type(self).shared``."""
    classes = frozenset(t.ref for t in instance_types(run, value, state) if isinstance(t.ref, ClassInfo))
    return Value(refs=value.refs, types=value.types, classes=classes) if classes and value.refs else None


def _is_wrapped(run: Interpreter, path: Path, attr: str, state: State) -> bool:
    """Whether an attribute of a wrapper is read from a network: what is in there is the network itself."""
    if FieldPlace(path, attr) in state.heap:
        return False
    types = run.types_of(path, state)
    if not types:
        return attr == "_orig_mod"
    return all(
        run.project.classes.is_a(t.ref, "torch.nn.Module") or attr == "_orig_mod" for t in types if not t.arguments
    ) and not any(
        run.project.assigns(t.ref, attr) or run.project.classes.method(t.ref, attr) is not None for t in types
    )


def worded(run: Interpreter, place: FieldPlace, types: Types, value: Value) -> Value:
    """The value of an attribute that nothing is known of but, maybe, the strings that classes put there."""
    exact = place.owner.root.kind in ("built", "self") and not place.owner.attrs
    held = [run.project.words.of(t.ref, place.attr, exact) for t in types if not t.arguments]
    words = frozenset[str]().union(*(each.itself for each in held))
    inner = frozenset[str]().union(*(each.each for each in held))
    if not words and not inner:
        return value
    return replace(value, words=words, element=Value(words=inner) if inner else None)


def declared_in_its_place(run: Interpreter, base: Value, func: facts.Attribute, state: State) -> Types:
    """What an attribute is known to hold, where the class of what was put there is out of view.

    A recurrent algorithm of the project makes a policy of its own: it is taken for one as the library's algorithm has.
    """
    classes = run.project.classes
    if not isinstance(func.value, facts.Attribute) or not base.types:
        return frozenset()
    if any(classes.rows(t.ref) or not isinstance(t.ref, str) for t in base.types):
        return frozenset()
    owner = run.quiet().evaluate(func.value.value, state)
    declared = run.project.typing.member(instance_types(run, owner, state), func.value.attr)
    if not declared or any(run.project.recurrence.of(t.ref) != "yes" for t in declared):
        return frozenset()
    for ref in base.refs:
        state.narrowed[ref] = declared
    return declared


def methods_of(run: Interpreter, base: Value, attr: str, state: State) -> frozenset[Callable]:
    """The project methods that ``base.attr`` may be, bound to it: overrides of subclasses included."""
    found: set[Callable] = set()
    for t in instance_types(run, base, state):
        # A library's class by name is that class: every project subclass of it would be far too many.
        exact = isinstance(t.ref, str) or all(ref.root.kind in ("built", "self") and not ref.attrs for ref in base.refs)
        candidates = [t.ref] if exact else [t.ref, *run.project.classes.subclasses(t.ref)]
        if not exact and all(_only_asked(run, ref, state) for ref in base.refs):
            nearest = run.project.classes.method(t.ref, attr)
            if isinstance(nearest, FunctionInfo) and not run.project.classes.is_abstract(nearest):
                candidates = [t.ref]
        receiver = base
        if exact and len(base.refs) > 1:
            own = frozenset(ref for ref in base.refs if t in run.types_of(ref, state))
            receiver = replace(base, refs=own or base.refs, types=frozenset({t}))
        for candidate in candidates:
            method = run.project.classes.method(candidate, attr)
            if isinstance(method, FunctionInfo) and not _READ & _decorators(method):  # what that gives is called
                found.add(Callable(method, receiver if exact else _of_kind(run, receiver, candidate, state), -1))
    # Where all in view are abstract the one that runs is out of view, and the call one that cannot be read.
    return frozenset(c for c in found if not run.project.classes.is_abstract(c.function))


def _of_kind(run: Interpreter, base: Value, klass: ClassRef, state: State) -> Value:
    """Of several objects those that may be of a class: another object's attributes are none that its methods read."""
    if len(base.refs) < 2:
        return base
    classes = run.project.classes

    def may_be(ref: Path) -> bool:
        known = [t.ref for t in run.types_of(ref, state)]
        return not known or any(klass in classes.lineage(each) or each in classes.lineage(klass) for each in known)

    own = frozenset(filter(may_be, base.refs))
    if not own or own == base.refs:
        return base
    known = frozenset[Type]().union(*(run.types_of(ref, state) for ref in own))
    return replace(base, refs=own, types=(base.types & known) or base.types)


def _only_asked(run: Interpreter, ref: Path, state: State) -> bool:
    """Whether nothing but an ``isinstance`` on this path says what an object is."""
    if ref not in state.narrowed or not ref.attrs:
        return False
    return not run.project.typing.member(run.types_of(ref.parent, state), ref.attrs[-1])


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
            names = _decorators(method)
            if "cached_property" in names and (ref.root not in state.fresh or FieldPlace(ref, attr) in state.heap):
                return None  # an attribute like any other, once it was asked for
            if names & _READ:
                bound = Callable(method, replace(base, refs=frozenset({ref})), -1)
                value = inlining.enter(run, bound, Arguments((), ()), method.fact.span, state, False)
                if "cached_property" in names:
                    state.heap[FieldPlace(ref, attr)] = value
                return value
    return None


def _decorators(method: FunctionInfo) -> set[str]:
    return {str(getattr(d, "attr", getattr(d, "id", ""))) for d in method.fact.decorators}


def bound_before(run: Interpreter, name: facts.Name) -> facts.Attribute | None:
    """The method of a policy that a variable stands for: ``act = model.predict``, or a ``partial`` of that.

    Or one that replaces weights: ``put = net.load_state_dict``.
    """
    stepping, replacing = run.project.callers.stepping, run.project.callers.bound_methods.names
    typing, scope = run.project.typing, run.frame.scope
    own = scope.function if scope.function is not None and typing.is_local(name.id, scope) else None
    known = typing.module_bindings(scope.module) if own is None else typing.bindings(own)
    bindings = known.names.get(name.id, [])
    if len(bindings) != 1 or bindings[0].how != "value":
        return None
    value = bindings[0].expr
    if isinstance(value, facts.Call) and walk.last_name(value.func) == "partial" and value.arguments:
        first, *more = value.arguments
        if any(argument.keyword in (None, "state", "episode_start") for argument in more):
            return None
        value = first.value
    return value if isinstance(value, facts.Attribute) and value.attr in stepping | replacing else None


def kept_method(
    run: Interpreter, base: Value, func: facts.Attribute, state: State
) -> tuple[Value, facts.Attribute] | None:
    """The object whose method another one keeps under a name of its own, and that method: ``self.load(weights)``."""
    kept = run.project.callers.bound_methods.of(instance_types(run, base, state), func.attr)
    if kept is None:
        return None
    owner, (way, method) = func.value, kept
    for attr in way:
        base, owner = attribute_of(run, base, attr, state), facts.Attribute(owner, attr, func.span)
    return base, facts.Attribute(owner, method, func.span)
