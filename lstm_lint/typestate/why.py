"""The verdict on a weight replacement in words, for ``--why``: who it resolved to, what it met, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, ClassRef, Types
from lstm_lint.project.types import Scope
from lstm_lint.typestate.recorder import Record
from lstm_lint.typestate.values import Path, Root, Site

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict

_FATES = {
    "used": "used by {what}{at} with no reset in between",
    "left": "still stale when {end} returns ({what}{at})",
    "reset": "reset{by}{at}",
    "neutralised": "made fresh by {what}{at}",
    "guarded": "behind a condition that asks whether there is state{at}",
}
_ORDER = tuple(_FATES)


def explain(trace: Trace, path: str, line: int) -> list[str]:
    """One text for each weight replacement that the line is part of, or that a call on the line leads to."""
    by_site: dict[Site, list[Record]] = {}
    for record in trace.recorder.records.values():
        event = record.event
        if any(_covers(trace, site, path, line) for site in (event.site, *event.chain)):
            by_site.setdefault(event.site, []).append(record)
    told = [_told(trace, site, by_site[site]) for site in sorted(by_site, key=lambda s: (s.path, s.span, s.function))]
    return told or _not_followed(trace, path, line)


def _covers(trace: Trace, site: Site, path: str, line: int) -> bool:
    """Whether the statement of a site, of a compound one its header, stands on the line."""
    if site.path != path:
        return False
    found = trace.layout.statement(site)
    span = found[1].header if found is not None else site.span
    last = span.end_line - (span.end_column <= 1 < span.end_line)
    return min(span.line, site.span.line) <= line <= max(last, site.span.line)


def _not_followed(trace: Trace, path: str, line: int) -> list[str]:
    """What to say of a line that looks like a weight replacement, but was not met by any run."""
    if not any(module.path == path for module in trace.project.modules):
        return []
    text = trace.layout.source(path).line(line)
    if not any(word.decode() in text for word in trace.project.vocabulary.words):
        return []
    return [
        f"{path}:{line}: looks like a weight replacement, but was not followed: no code that was run reaches it, "
        "or what it is called on is not an object known here"
    ]


def _told(trace: Trace, site: Site, records: list[Record]) -> str:
    """The whole text on one replacing statement."""
    first = records[0].event
    verdicts = [v for v in trace.verdicts if site in v.loads]
    sync = all(record.event.sync for record in records)
    rows = [
        ("receiver", _once(_receiver(trace, record.event.target) for record in records)),
        ("recurrent", _once(_recurrent(trace, record) for record in records)),
        ("by", [f"`{first.row}`: {'a sync from a trained copy' if sync else 'a swap in one stroke'}"]),
        ("state", _state(records)),
        ("after", _once(fate for record in records for fate in _fates(trace, record))),
        ("context", _once(_context(record) for record in _judged(records, verdicts))),
        ("verdict", _verdicts(trace, site, records, verdicts)),
    ]
    lines = [f"{_at(site)}:{site.span.column}: `{first.receiver}` gets other weights"]
    for title, texts in rows:
        for number, text in enumerate(texts):
            lines.append(f"  {'' if number else title:<11}{text}")
    return "\n".join(lines)


def _once(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts))


def _at(site: Site) -> str:
    return f"{site.path}:{site.span.line}"


# --- who gets the weights ---


def _receiver(trace: Trace, target: Path) -> str:
    """How the object was reached, each step with the place where its type was learnt."""
    steps = [_root(trace, target.root)]
    types = trace.index.root_types.get(target.root, frozenset())
    for number, attr in enumerate(target.attrs):
        steps.append(_attribute(trace, types, attr))
        here = Path(target.root, target.attrs[: number + 1])
        types = trace.project.typing.elements(types) if attr.startswith("[") else trace.project.typing.member(types, attr)
        if not types and trace.index.assumed.get(here) is None:
            steps[-1] += ", of unknown type"
            break
    return "; ".join([*steps, *_assumption(trace, target)])


def _root(trace: Trace, root: Root) -> str:
    where = f" at {_at(root.site)}" if root.site is not None and root.site.span.line else ""
    types = trace.index.root_types.get(root, frozenset())
    known = f", {_classes({t.ref for t in types})}" if types else ", of unknown type"
    if root.kind == "built":
        return f"made by `{root.name}(…)`{where}"
    if root.kind == "self":
        klass = trace.layout.klass(root.klass)
        return f"`self` is {_classes({klass}) if klass else 'an object of a class not read'}"
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
                text = _source(trace, function.module.path, parameter.annotation)
                return f" of {where}, annotated `{text}`"
    return ""


def _source(trace: Trace, path: str, expr: facts.Expr) -> str:
    span: Span = expr.span
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
        return f"declared `{_source(trace, path, declared)}` at {path}:{declared.span.line}"
    method = klass.fact.functions.get(attr)
    if method is not None:
        return f"a method or property at {path}:{method.span.line}"
    places = []
    for function in klass.fact.functions.values():
        for binding in typing.bindings(function).attributes.get(attr, ()):
            known = bool(typing.of(binding.expr, Scope(klass.module, klass, function))) or binding.how == "annotation"
            places.append((not known, binding.expr.span.line, _source(trace, path, binding.expr)))
    if not places:
        return ""
    _, line, text = min(places)
    return f"assigned `{text}` at {path}:{line}"


def _assumption(trace: Trace, target: Path) -> Iterator[str]:
    """When the type was guessed: from what, and how well."""
    for prefix in target.prefixes():
        strength = trace.index.assumed.get(prefix)
        if strength == "inferred":
            yield "its type is assumed: every SB3 algorithm in view is recurrent, or the configuration says so"
            return
        if strength == "unknown":
            yield "its type is unknown: no SB3 algorithm is in view, or one that is not recurrent"
            return


def _recurrent(trace: Trace, record: Record) -> str:
    """Proven, inferred, unknown or not, and by which class."""
    refs = {ref for ref in record.classes if isinstance(ref, (ClassInfo, str))}
    strength = next((s for s in ("proven", "inferred", "unknown") if s in record.strengths), "")
    found = {trace.project.recurrence.of(ref) for ref in refs}
    if strength:
        reason = {
            "proven": f"{_classes(refs)} is or holds a recurrent cell" if "yes" in found else "it carries recurrent state",
            "inferred": "nothing declares it, but it drives a state that is carried, or the algorithms in view tell",
            "unknown": "it has the shape of an SB3 algorithm, and nothing tells which",
        }[strength]
        return f"{strength}: {reason}"
    if any(trace.project.classes.kind(ref) in ("optimizer", "env", "callback") for ref in refs):
        return f"no: {_classes(refs)} is not a network"
    if "yes" in found:
        return f"yes: {_classes(refs)} is or holds a recurrent cell, but no state that it made is met here"
    if found == {"no"}:
        return f"no: {_classes(refs)} holds no recurrent cell"
    return f"unknown: {'nothing tells what ' + _classes(refs) + ' holds' if refs else 'nothing tells its type'}"


def _classes(refs: Iterable[ClassRef]) -> str:
    """Classes by name, those of the project with their place."""
    return " or ".join(
        sorted(f"{r.fact.name} ({r.module.path}:{r.fact.span.line})" if isinstance(r, ClassInfo) else r for r in refs)
    )


# --- what it met, and what became of it ---


def _state(records: list[Record]) -> list[str]:
    names = sorted({name for record in records for name in record.slots if " → " not in name})
    phases = sorted({phase for record in records for phase in record.before})
    if not phases:
        return ["none that these weights made"]
    return [f"{', '.join(f'`{name}`' for name in names) or 'carried'}; before: {', '.join(phases)}"]


def _fates(trace: Trace, record: Record) -> Iterator[str]:
    for fate in sorted(record.fates, key=lambda f: (_ORDER.index(f.how), f.site or record.event.site, f.what)):
        end = fate.site.function.rpartition(":")[2] if fate.site is not None else ""
        yield _FATES[fate.how].format(
            what=f"`{fate.what}`" if fate.what else "a call",
            by=f" by `{fate.what}`" if fate.what else "",
            at=f" at {_at(fate.site)}" if fate.site is not None else "",
            end=f"`{end}`",
        ) + (" (a link is inferred)" if fate.capped else "")  # fmt: skip


def _judged(records: list[Record], verdicts: list[Verdict]) -> list[Record]:
    """The contexts that count: one that starts inside is covered by those of its callers."""
    chains = {chain for verdict in verdicts for chain in verdict.chains}
    return [record for record in records if record.event.chain in chains] or records


def _context(record: Record) -> str:
    event = record.event
    function = event.entry.partition("|")[0].partition(":")[2]
    start = "the top level of its module" if function == "<module>" else f"`{function}`"
    calls = [f"the call at {_at(site)}" for site in event.chain]
    return " → ".join([f"from {start}", *calls])


def _verdicts(trace: Trace, site: Site, records: list[Record], verdicts: list[Verdict]) -> list[str]:
    if not verdicts:
        calls = _once(_at(call) for record in records for call in record.event.chain)
        return [f"told with another replacement behind the same call ({', '.join(calls) or _at(site)})"]
    texts = []
    for verdict in verdicts:
        where = "" if verdict.site == site else f" at the call {_at(verdict.site)}"
        texts.append(f"{verdict.outcome}{where}: {_reason(trace, verdict)}")
    return _once(texts)


def _reason(trace: Trace, verdict: Verdict) -> str:
    """Why the verdict is what it is; of a silent one, the reason for the silence."""
    record = verdict.record
    some = "" if verdict.always else "on some paths "
    hows = {fate.how for fate in verdict.fates}
    if verdict.outcome in ("stale", "sync", "unknown"):
        return some + ("the stale state is used" if "used" in hows else "the state is still stale when the code read ends")
    if verdict.outcome == "reset":
        return "the state is reset before anything uses it" if "reset" in hows else "a guard asks whether there is state"
    if verdict.outcome == "harmless":
        return "a later call starts from the initial state" if "neutralised" in hows else "no state was carried yet"
    if record.rollback:
        return "the weights are a copy taken from the same object before: a rollback"
    if not record.before:
        return "no state that these weights made is in reach"
    if record.before <= {"unknown"}:
        return "code that cannot be read may have reset the state"
    if verdict.strength == "unknown":
        return "nothing tells whether the receiver is recurrent, and nothing in view uses its state"
    return "nothing in the code read uses the state afterwards"
