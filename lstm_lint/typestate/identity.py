"""How the receiver of a weight replacement resolved, in words: by which way, to which class, and how surely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo, ClassRef, Types
from lstm_lint.project.types import Scope
from lstm_lint.typestate.paths import Path, Root, Site
from lstm_lint.typestate.recorder import Record

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

NO_NETWORK = ("optimizer", "env", "callback")


def reached(trace: Trace, record: Record) -> str:
    """How the object was reached, each step with the place where its type was learnt."""
    target = record.event.target
    steps = [_root(trace, target.root)]
    types = trace.index.root_types.get(target.root, frozenset())
    for number, attr in enumerate(target.attrs):
        steps.append(_attribute(trace, types, attr))
        here = Path(target.root, target.attrs[: number + 1])
        typing = trace.project.typing
        types = typing.elements(types) if attr.startswith("[") else typing.member(types, attr)
        if not types and trace.index.assumed.get(here) is None:
            steps[-1] += ", of unknown type"
            break
    return "; ".join([*steps, *assumption(trace, record)])


def _root(trace: Trace, root: Root) -> str:
    where = f" at {_place(root.site)}" if root.site is not None and root.site.span.line else ""
    types = trace.index.root_types.get(root, frozenset())
    known = f", {named({t.ref for t in types})}" if types else ", of unknown type"
    if root.kind == "built":
        return f"made by `{root.name}(…)`{where}"
    if root.kind == "self":
        klass = trace.layout.klass(root.klass)
        return f"`self` is {named({klass}) if klass else 'an object of a class not read'}"
    if root.kind == "parameter":
        return f"parameter `{root.name}`{_annotated(trace, root) or known}"
    if root.kind == "global":
        return f"module variable `{root.name}`{known}"
    return f"what `{root.name}` gives{where}{known}"


def _annotated(trace: Trace, root: Root) -> str:
    """`` annotated `RecurrentPPO` at file:line``, or that it is not."""
    for function in trace.project.functions:
        if root.site is None or function.id != root.site.function or function.module.path != root.site.path:
            continue
        for parameter in function.fact.parameters:
            if parameter.name == root.name:
                where = f"`{function.fact.qualname}` at {function.module.path}:{function.fact.span.line}"
                if parameter.annotation is None:
                    return f" of {where}, without an annotation"
                text = source(trace, function.module.path, parameter.annotation)
                return f" of {where}, annotated `{text}`"
    return ""


def source(trace: Trace, path: str, expr: facts.Expr) -> str:
    """The text of an expression, its first line."""
    span = expr.span
    text = trace.layout.source(path).line(span.line)
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    return text[span.column - 1 : end].strip()


def _attribute(trace: Trace, types: Types, attr: str) -> str:
    """One attribute on the way, and where the project or the vocabulary says what it is."""
    if attr.startswith("["):
        return "one of its elements"
    for t in sorted(types, key=lambda t: str(t.ref)):
        for base in trace.project.classes.lineage(t.ref):
            if isinstance(base, ClassInfo):
                place = _assigned(trace, base, attr)
                if place:
                    return f"`.{attr}` is {place}"
            else:
                row = trace.project.vocabulary.classes.get(base)
                known = (row.attributes or {}).get(attr) if row is not None else None
                if known:
                    return f"`.{attr}` of {base} is {known}"
    return f"`.{attr}`"


def _assigned(trace: Trace, klass: ClassInfo, attr: str) -> str:
    """Where a class says what an attribute is: a declaration, an assignment in a method, or a property."""
    typing, path = trace.project.typing, klass.module.path
    declared = klass.fact.annotations.get(attr)
    if declared is not None:
        return f"declared `{source(trace, path, declared)}` at {path}:{declared.span.line}"
    method = klass.fact.functions.get(attr)
    if method is not None:
        return f"a method or property at {path}:{method.span.line}"
    places = []
    for function in klass.fact.functions.values():
        for binding in typing.bindings(function).attributes.get(attr, ()):
            known = bool(typing.of(binding.expr, Scope(klass.module, klass, function))) or binding.how == "annotation"
            places.append((not known, binding.expr.span.line, source(trace, path, binding.expr)))
    if not places:
        return ""
    _, line, text = min(places)
    return f"assigned `{text}` at {path}:{line}"


def assumption(trace: Trace, record: Record) -> Iterator[str]:
    """When the type was guessed: from what."""
    target, path = record.event.target, record.event.site.path
    for prefix in target.prefixes():
        if prefix in trace.index.assumed:
            break
    else:
        return
    klass = trace.layout.klass(target.root.klass)
    scope = trace.project.algorithms.in_scope(trace.layout.module(path))
    plain = [ref for ref in scope if trace.project.recurrence.of(ref) != "yes"]
    if prefix in trace.index.fitting:
        yield "guessed to be of the only class in view that has all that is read of it"
    elif prefix in trace.index.tabled:
        yield "of one of several classes that are looked up by a name"
    elif trace.project.assumes_recurrent(path, str(prefix)):
        yield "assumed to be recurrent, as `assume-recurrent` says"
    elif _is_handed(trace, prefix):
        yield "assumed to be what the library is given together with this callback"
    elif klass is not None and trace.project.callbacks.models(klass):
        yield "assumed to be the algorithm whose `learn` gets this callback"
    elif not scope:
        yield "unknown: no SB3 algorithm is in view"
    elif plain:
        yield f"unknown: not every SB3 algorithm in view is recurrent ({named(plain)} is not)"
    else:
        yield f"assumed to be {named(scope)}: every SB3 algorithm in view is recurrent"


def _is_handed(trace: Trace, path: Path) -> bool:
    """Whether a library hands the object to a hook of a callback."""
    site = path.root.site
    function = trace.layout.function(site.function) if path.root.kind == "parameter" and site is not None else None
    hooks = trace.project.hooks
    return function is not None and bool(hooks.then(function)) and not hooks.of_itself(function)


def recurrent(trace: Trace, record: Record) -> str:
    """Proven, inferred, unknown or not, and by which class."""
    refs = _refs(record)
    strength = next((s for s in ("proven", "inferred", "unknown") if s in record.strengths), "")
    found = {trace.project.recurrence.of(ref) for ref in refs}
    if strength:
        cell = f"{named(refs)} is or holds a recurrent cell"
        kept = {ref for slotted in record.remedies for ref in slotted.classes}
        unsure = (row.strength != "proven" for ref in kept for row in trace.project.classes.states(ref))
        if strength == "inferred" and any(unsure):
            return f"inferred: {named(kept)} keeps a state if its network is recurrent, which is decided elsewhere"
        reason = {
            "proven": cell if "yes" in found else "it carries recurrent state",
            "inferred": "nothing declares it, but what is read of it says so",
            "unknown": "it has the shape of an SB3 algorithm, and nothing tells which",
        }[strength]
        return f"{strength}: {reason}"
    if any(trace.project.classes.kind(ref) in NO_NETWORK for ref in refs):
        return f"no: {named(refs)} is not a network"
    if "yes" in found:
        return f"yes: {named(refs)} is or holds a recurrent cell, but no state that it made is met here"
    if found == {"no"}:
        return f"no: {named(refs)} holds no recurrent cell"
    return f"unknown: {'nothing tells what ' + named(refs) + ' holds' if refs else 'nothing tells its type'}"


def verdicts(trace: Trace, record: Record) -> set[str]:
    """Whether the classes of the receiver and of what holds the state are recurrent: some of yes, no, unknown."""
    refs = _refs(record).union(*(slotted.classes for slotted in record.remedies))
    return {trace.project.recurrence.of(ref) for ref in refs}


def _refs(record: Record) -> set[ClassRef]:
    return {ref for ref in record.classes if isinstance(ref, (ClassInfo, str))}


def named(refs: Iterable[ClassRef]) -> str:
    """Classes by name, those of the project with their place."""
    return " or ".join(
        sorted(f"{r.fact.name} ({r.module.path}:{r.fact.span.line})" if isinstance(r, ClassInfo) else r for r in refs)
    )


def _place(site: Site) -> str:
    return f"{site.path}:{site.span.line}"
