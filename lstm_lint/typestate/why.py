"""The verdict on a weight replacement in words, for ``--why``: who it resolved to, what it met, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project import ClassRef
from lstm_lint.project.types import Scope
from lstm_lint.typestate import identity, rows
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Record

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict

_FATES = {
    "used": "used by {what}{at} with no reset in between",
    "left": "still stale when {end} returns ({what}{at})",
    "reset": "reset{by}{at}",
    "vain": "reset{by}{at}, which has no effect there",
    "restored": "made by the weights that are back",
    "gone": "in an object that nothing refers to any more",
    "neutralised": "made fresh by {what}{at}",
    "unknown": "of unknown phase after {what}{at}, which may have reset it",
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
    told = told or _not_followed(trace, path, line)
    return [*told, *_by_shape(trace, path, line)]


def _by_shape(trace: Trace, path: str, line: int) -> Iterator[str]:
    """What is said of a sync on the line where nothing but names and the shape of the code speak for it."""
    for each in trace.followers:
        if each.path == path and each.span.line <= line <= each.span.end_line:
            kept = f"`{each.kept.name}` at {each.kept.path}:{each.kept.span.line}"
            where = f"{path}:{each.span.line}:{each.span.column}"
            yield f"{where}: `{each.receiver}` follows a trained copy by the shape of the code, and {kept} is kept"


def _covers(trace: Trace, site: Site, path: str, line: int) -> bool:
    """Whether the statement of a site, of a compound one its header, stands on the line."""
    if site.path != path:
        return False
    found = trace.layout.statement(site)
    span = found[1].header if found is not None else site.span
    last = span.end_line - (span.end_column <= 1 < span.end_line)
    return min(span.line, site.span.line) <= line <= max(last, site.span.line)


def _not_followed(trace: Trace, path: str, line: int) -> list[str]:
    """What to say of a call on the line that replaces weights by its name, but was met by no run."""
    if not trace.layout.has(path):
        return []
    names = _replacing(trace, path)
    told = []
    for scope, call in _calls(trace, path):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in names and call.span.line <= line <= call.span.end_line:
            receiver = call.func.value if isinstance(call.func, facts.Attribute) else call.func
            refs = {t.ref for t in trace.project.typing.of(receiver, scope)}
            where, text = f"{path}:{call.span.line}:{call.span.column}", identity.source(trace, path, call.func)
            told.append(f"{where}: `{text}(…)` was not followed: {_unmet(trace, refs)}{_unread(trace)}")
    return told


def _replacing(trace: Trace, path: str) -> frozenset[str]:
    """The names of what replaces weights in a file."""
    imports = trace.layout.module(path).facts.imports
    imported = frozenset(item.module.partition(".")[0] for item in imports if not item.level)
    return trace.project.vocabulary.replacing(imported)


def _calls(trace: Trace, path: str) -> Iterator[tuple[Scope, facts.Call]]:
    """Every call of a module with the scope it stands in."""
    for module in trace.project.modules:
        if module.path == path:
            yield from ((Scope(module), call) for call in _calls_in(module.facts.body))
    for function in trace.project.functions:
        if function.module.path == path:
            scope = Scope(function.module, function.klass, function.fact)
            yield from ((scope, call) for call in _calls_in(function.fact.body))


def _calls_in(body: Shape) -> Iterator[facts.Call]:
    for action in walk.actions(body):
        if not isinstance(action, (facts.Define, facts.DefineClass)):
            yield from (expr for expr in walk.expressions(action) if isinstance(expr, facts.Call))


def _unmet(trace: Trace, refs: set[ClassRef]) -> str:
    if any(trace.project.classes.kind(ref) in identity.NO_NETWORK for ref in refs):
        return f"{identity.named(refs)} is no network"
    if refs and {trace.project.recurrence.of(ref) for ref in refs} == {"no"}:
        return f"{identity.named(refs)} holds no recurrent cell"
    if refs:
        return f"nothing that carries a state of {identity.named(refs)} leads here"
    return "nothing tells the type of what it is called on, or no code that carries recurrent state leads here"


def _unread(trace: Trace) -> str:
    """That what leads here may have been left out, where something was."""
    count = len(trace.recorder.read_in_part)
    return f"; {count} functions were not read to their end, which may be why" if count else ""


def _told(trace: Trace, site: Site, records: list[Record]) -> str:
    """The whole text on one replacing statement."""
    verdicts = [v for v in trace.verdicts if site in v.loads]
    records = _judged(records, verdicts)
    first = records[0].event
    sync = all(record.sync for record in records)
    sections = [
        ("receiver", _once(identity.reached(trace, record) for record in records)),
        ("recurrent", _once(identity.recurrent(trace, record) for record in records)),
        ("by", [f"`{first.row}`: {'a sync from a trained copy' if sync else 'a swap in one stroke'}"]),
        ("rows", rows.deciding(trace, records)),
        ("state", _state(records)),
        ("after", _once(fate for record in records for fate in _fates(trace, record))),
        ("context", _once(_context(record) for record in records)),
        ("left out", _left_out(trace, site)),
        ("verdict", _verdicts(trace, site, records, verdicts)),
    ]
    lines = [f"{_at(site)}:{site.span.column}: `{first.receiver}` gets other weights"]
    for title, texts in sections:
        for number, text in enumerate(texts):
            lines.append(f"  {'' if number else title:<11}{text}")
    return "\n".join(lines)


def _once(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts))


def _at(site: Site) -> str:
    return f"{site.path}:{site.span.line}"


def _state(records: list[Record]) -> list[str]:
    """Where the state is, as the code at the replacement writes it, and its phases before."""
    phases = sorted({phase for record in records for phase in record.before})
    if not phases:
        return ["none that these weights made"]
    met = {s for record in records for s in record.remedies if s.local or s.holder(0) is not None}
    names = {s.name if s.local else f"{s.holder(0)}.{s.name}" for s in met}
    names = names or {name for record in records for name in record.slots if " → " not in name}
    return [f"{', '.join(f'`{name}`' for name in sorted(names)) or 'the initial one'}; before: {', '.join(phases)}"]


def _fates(trace: Trace, record: Record) -> Iterator[str]:
    # That an object ends with its function says nothing beside what became of the state before.
    told = [fate for fate in record.fates if fate.how != "gone"] or record.fates
    for fate in sorted(told, key=lambda f: (_ORDER.index(f.how), f.site or record.event.site, f.what)):
        end = fate.site.function.rpartition(":")[2] if fate.site is not None else ""
        yield _FATES[fate.how].format(
            what=f"`{fate.what}`" if fate.what else "a call",
            by=f" by `{fate.what}`" if fate.what else "" if fate.site is not None else " by an assignment",
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


def _left_out(trace: Trace, site: Site) -> list[str]:
    """The callers that were not read as far as the call."""
    callers = sorted(each.partition(":")[2] for each in trace.recorder.left_out.get(site.function, ()))
    return [f"a call in `{caller}`, not read to its end: it took more work than a run has for it" for caller in callers]


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
        return some + ("the stale state is used" if "used" in hows else "it is still stale when the code read ends")
    if verdict.outcome == "reset":
        return "the state is reset before it is used" if "reset" in hows else "a guard asks whether there is state"
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
