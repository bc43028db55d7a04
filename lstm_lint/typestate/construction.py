"""New objects: what a constructor or a builder makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.types import Type
from lstm_lint.typestate import apart, atoms, inlining, parts, rebinding
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace, Path, Root
from lstm_lint.typestate.values import NOTHING, Callable, Value, packed, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def construct(run: Interpreter, ref: ClassRef, expr: facts.Call, arguments: Arguments, state: State) -> Value:
    """A new object of a class; the constructor of a project class is run."""
    if isinstance(ref, ClassInfo) and _is_record(run, ref):
        return _record(ref, arguments)
    name = ref.fact.name if isinstance(ref, ClassInfo) else ref.partition("(")[0].rpartition(".")[2]
    return built(run, Type(ref), name, expr, arguments, state, isinstance(ref, ClassInfo))


def _is_record(run: Interpreter, klass: ClassInfo) -> bool:
    """Whether instances are values rather than objects: a NamedTuple, a TypedDict, a frozen dataclass, or a dict.

    A dict may have its entries as attributes, too: ``class Batch(dict): __getattr__ = dict.get``.
    """
    names = {base.rpartition(".")[2] for base in run.project.classes.lineage(klass) if isinstance(base, str)}
    if names & {"NamedTuple", "TypedDict"}:
        return True
    lineage = [base for base in run.project.classes.lineage(klass) if isinstance(base, ClassInfo)]
    if any(walk.last_name(above) in _DICTS for base in lineage for above in base.fact.bases):
        return all(_is_plain(run, function) for base in lineage for function in base.fact.functions.values())
    for decorator in klass.fact.decorators:
        if isinstance(decorator, facts.Call) and walk.last_name(decorator.func) == "dataclass":
            frozen = [a.value for a in decorator.arguments if a.keyword == "frozen"]
            return bool(frozen) and isinstance(frozen[0], facts.Constant) and frozen[0].value is True
    return False


_DICTS = frozenset({"dict", "OrderedDict", "UserDict"})


def _is_plain(run: Interpreter, function: facts.FunctionFact) -> bool:
    """Whether a method of a dict leaves its entries alone; a constructor hands them on, ``super().__init__(**kw)``."""
    if function.name == "__init__":
        starred = any(each.star == "**" for call in walk.calls(function.body) for each in call.arguments)
        return starred and not any(parameter.kind == "kwonly" for parameter in function.parameters)
    if function.name.startswith("__"):
        return True
    return not run.project.typing.bindings(function).attributes


def _record(klass: ClassInfo, arguments: Arguments) -> Value:
    names = list(klass.fact.annotations)
    fields = dict(zip(names, arguments.positional, strict=False)) | dict(arguments.keywords)
    ordered = tuple(fields.get(name, NOTHING) for name in names)
    value = packed(fields.values(), None if arguments.stars else ordered)
    return replace(value, keys=tuple(fields.items()), types=frozenset({Type(klass)}))


def built(
    run: Interpreter, t: Type, name: str, expr: facts.Call, arguments: Arguments, state: State, initialise: bool
) -> Value:
    """A fresh object; ``initialise``: run its ``__init__``."""
    root = Root("built", name, run.site(expr.span)._replace(function=str(run.frame.number)))
    path = Path(root)
    rebinding.grow_old(run, root, state)
    _forget(root, state)
    if state.guards or state.loads or state.parted:
        state.forget_guards(f"⟨{atoms.object_token(run, root)}")
    run.index.root_types[root] = frozenset({t})
    state.fresh |= {root}
    apart.built(run, root, t, state)
    value = Value(refs=frozenset({path}), types=frozenset({t}), holds=arguments.packed().holds)
    _keep(run, t.ref, path, arguments, state)
    if isinstance(t.ref, str):
        value = parts.taken_in(run, t.ref, parts.by_name(expr, value, arguments, state), arguments, state)
    if not initialise or not isinstance(t.ref, ClassInfo):
        return value
    method = run.project.classes.method(t.ref, "__init__")
    if isinstance(method, FunctionInfo):
        inlining.enter(run, Callable(method, value, -1), arguments, expr.span, state, False)
    else:
        _fill_fields(t.ref, path, arguments, state)
    after = run.project.classes.method(t.ref, "__post_init__")
    if isinstance(after, FunctionInfo):
        inlining.enter(run, Callable(after, value, -1), Arguments((), ()), expr.span, state, False)
    return value


def _keep(run: Interpreter, ref: ClassRef, path: Path, arguments: Arguments, state: State) -> None:
    """What the constructor of a library's class is given and keeps is there under the attribute's name as well.

    An object of unknown type is then what the row says that the attribute is.
    """
    own = run.project.classes.method(ref, "__init__") if isinstance(ref, ClassInfo) else None
    if own is not None:
        return
    for row in run.project.classes.rows(ref):
        for attr, argument in (row.keeps or {}).items():
            given = arguments.get(argument)
            if given is None or not (given.refs or given.element is not None):
                continue
            state.heap[FieldPlace(path, attr)] = given
            known = (row.attributes or {}).get(attr)
            for held in given.refs if known is not None else ():
                if not run.types_of(held, state):
                    state.narrowed[held] = frozenset({Type(run.project.classes.external(str(known)))})


def _fill_fields(klass: ClassInfo, path: Path, arguments: Arguments, state: State) -> None:
    """A dataclass or NamedTuple: arguments become fields by order or by name."""
    names = list(klass.fact.annotations)
    for position, value in enumerate(arguments.positional):
        if position < len(names):
            state.heap[FieldPlace(path, names[position])] = value
    for name, value in arguments.keywords:
        if name in names:
            state.heap[FieldPlace(path, name)] = value


def _forget(root: Root, state: State) -> None:
    """The object of an earlier round of a loop gives its name to a new one."""
    for place in [p for p in state.heap if p.owner.root == root]:
        del state.heap[place]
    for path in [p for p in state.narrowed if p.root == root]:
        del state.narrowed[path]
