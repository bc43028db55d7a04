"""From what the runs recorded to a verdict on each weight replacement, at the place where it is to be reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lstm_lint.model import Span
from lstm_lint.project import Project
from lstm_lint.project.sent import Sent
from lstm_lint.project.stamps import Stamps
from lstm_lint.typestate.answered import Answered
from lstm_lint.typestate.contests import Contests
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Fate, Record, Recorder
from lstm_lint.typestate.requests import asked_by_others
from lstm_lint.typestate.slots import SlotIndex
from lstm_lint.typestate.trace import Trace, Verdict
from lstm_lint.typestate.turns import Turns


def judge(project: Project, recorder: Recorder, index: SlotIndex, report_on: frozenset[str]) -> Trace:
    """Group the records of all contexts by replacing statement and decide each."""
    by_site: dict[Site, list[Record]] = defaultdict(list)
    sent, answered = Sent(project), Answered(project)
    for record in recorder.records.values():
        _leave_stamped(record, project.stamps)
        trained = record.sources & index.graded
        record.sync = record.sync or bool(trained and record.event.target not in index.graded)
        if not record.sync and is_stale(record):
            site, chain = record.event.site, record.event.chain
            record.sync = sent.at(site.function, site.span) or answered.at(site, chain)
        record.sync = record.sync and not record.rival
    turns, contests = Turns(project, recorder.records.values()), Contests(project)
    for record in recorder.records.values():
        record.sync = record.sync and not turns.takes(record) and not contests.decide(record)
        if record.event.entry.partition("|")[0] in recorder.unread and not record.sync:  # a sync is a note as it is
            record.fates = {fate for fate in record.fates if fate.how != "left"}
        begins = [n for n, call in enumerate(record.event.chain, 1) if call in recorder.begins]
        record.begins = begins[-1] if begins else 0
        by_site[record.event.site].append(record)
    for records in by_site.values():
        if any(record.sync and not record.begins for record in records):
            _as_on_its_own(records)
    verdicts: list[Verdict] = []
    asked = asked_by_others(project)
    for site in sorted(by_site, key=lambda s: (s.path, s.span, s.function)):
        telling = [record for record in by_site[site] if not _is_idle_guess(record, index)] or by_site[site]
        verdicts.extend(_judge_site(site, telling, recorder, project.told_in_training, asked))
    return Trace(project, _one_each(verdicts), recorder, index, report_on)


def _as_on_its_own(records: list[Record]) -> None:
    """What is a sync in a function that is run on its own is one where a thread runs it, with all that it is handed."""
    for record in records:
        record.sync = record.sync or record.begins > 0


def _leave_stamped(record: Record, stamps: Stamps) -> None:
    """A state that bears the stamp of its weights, and is read only where that is theirs, is neither used nor left."""
    used = {fate for fate in record.fates if fate.how == "used" and fate.site is not None}
    left = {fate for fate in record.fates if fate.how == "left"}
    loading, states = record.loading, record.states
    told: set[Fate] = set()
    using = [fate.site.function for fate in used if fate.site is not None]
    if used and stamps.are_compared(loading, using, states):
        told |= used
    if left and stamps.are_kept(loading, states, record.holders):
        told |= left
    if told:
        record.fates -= told
        record.fates.add(Fate("guarded", None, "the state bears the stamp of its weights"))


def _is_idle_guess(record: Record, index: SlotIndex) -> bool:
    """Whether the receiver is only guessed to be of its class, and nothing in view uses or resets the state after."""
    return index.is_fitting(record.event.target) and not any(fate.how in ("used", "reset") for fate in record.fates)


def _judge_site(
    site: Site, records: list[Record], recorder: Recorder, told: frozenset[str], asked: frozenset[str]
) -> Iterable[Verdict]:
    """ANALYSIS of place: the statement when every context agrees, else the calls that go stale."""
    called = site.function in recorder.called
    contexts = [r for r in records if not _is_covered(r, records, recorder, told, asked)] or records
    contexts = [r for r in contexts if not _is_aside(r, contexts)]
    bad = {_context(r) for r in contexts if is_stale(r)}
    stale = [r for r in contexts if _context(r) in bad]
    if not stale:
        yield _verdict(site, contexts, called, recorder)
        return
    if _are_synced(stale):
        contexts = stale  # a note that asks for no fix stands at the sync itself, whoever calls it
    through_calls = [r for r in contexts if r.chain]
    differ = len(stale) < len(contexts)
    untyped = any(r.parameter and not r.typed for r in contexts) and not _is_used_inside(site, records, stale)
    elsewhere = bool(through_calls) and all(_kept_outside(r) for r in stale)
    if through_calls and (differ or untyped or elsewhere):
        rest = [r for r in contexts if r not in stale]
        yield from _at_calls(site, stale, contexts, recorder)
        if rest and not any(not r.chain for r in stale):
            return
        return
    yield _verdict(site, contexts, called, recorder)


def _are_synced(records: Iterable[Record]) -> bool:
    """Whether what goes stale in these follows a trained copy; where nothing does, the source may be unknown yet."""
    return all(record.sync for record in records if is_stale(record))


def _is_used_inside(site: Site, records: list[Record], stale: list[Record]) -> bool:
    """Whether the function that replaces the weights goes on to use the state that it made stale.

    Be it run on its own, or by whoever hands it an object that it knows nothing of.
    """
    used = (any(fate.site is not None and fate.site.function == site.function for fate in r.fates) for r in stale)
    return all(used) or any(
        not r.event.chain
        and r.event.entry.partition("|")[0] == site.function
        and any(fate.how == "used" for fate in r.fates)
        for r in records
    )


def _kept_outside(record: Record) -> bool:
    """Whether the function that replaces the weights has no name for what keeps the state: its callers do."""
    return bool(record.chain and record.remedies) and all(
        slotted.depth > 0 if slotted.local else not slotted.near for slotted in record.remedies
    )


def _context(record: Record) -> tuple[str, tuple[Site, ...]]:
    """One way to the replacement; several objects that the receiver may be share it."""
    return record.event.entry, record.event.chain


def _at_calls(site: Site, stale: list[Record], contexts: list[Record], recorder: Recorder) -> Iterable[Verdict]:
    """Climb from the replacing statement to the calls below which every context is stale."""
    groups: dict[Site, list[Record]] = defaultdict(list)
    for record in stale:
        if not record.chain:
            yield _verdict(site, [record], False, recorder)
            continue
        groups[_named(_stale_call(record, contexts), record, recorder)].append(record)
    for call in sorted(groups, key=lambda s: (s.path, s.span)):
        depths = {len(r.event.chain) - r.event.chain.index(call) if call != site else 0 for r in groups[call]}
        yield _verdict(call, groups[call], call.function in recorder.called, recorder, min(depths))


def _named(call: Site, record: Record, recorder: Recorder) -> Site:
    """The call, or the first one inside of it that says what it calls: not where a handler was registered."""
    ways = (*record.event.chain, record.event.site)
    return next(each for each in ways[ways.index(call) :] if each not in recorder.indirect)


def _stale_call(record: Record, contexts: list[Record]) -> Site:
    chain = record.chain
    for depth in range(1, len(chain) + 1):
        call = chain[-depth]
        through = [r for r in contexts if len(r.event.chain) >= depth and r.event.chain[-depth] == call
                   and r.event.chain[len(r.event.chain) - depth :] == chain[len(chain) - depth :]]  # fmt: skip
        if {_context(r) for r in through} == {_context(r) for r in through if is_stale(r)}:
            return call
    return chain[0]


def _is_covered(
    record: Record, records: list[Record], recorder: Recorder, told: frozenset[str], asked: frozenset[str]
) -> bool:
    """Whether the context starts in a function whose callers in view lead to the same replacement as well.

    Not all callers of what environments are ``told`` to run are in view, nor of what others are ``asked`` for.
    """
    event = record.event
    function = event.entry.partition("|")[0]
    if function in asked or function.rpartition(".")[2] in told:
        return False
    if not recorder.called.get(function, set()) - {function}:
        return False
    return any(
        other.event.entry != event.entry
        and other.event.chain
        and (event.site.function == function or any(call.function == function for call in other.event.chain))
        and not _is_elsewhere(other, record)
        for other in records
    )


def _is_elsewhere(caller: Record, record: Record) -> bool:
    """Whether a caller runs the method on another object than one that keeps a state: on a part of its own class's."""
    if not (record.before and record.event.own and caller.event.own) or caller.before:
        return False
    return record.event.entry.partition("|")[2] != caller.event.entry.partition("|")[2]


def _is_aside(record: Record, records: list[Record]) -> bool:
    """Whether a context says nothing beside one that starts alike: there ``self`` is of a class that keeps no state.

    Or it goes on from there, to what the object holds: ``load`` that calls ``part.load`` of each of its parts.
    """
    if record.before:
        return False
    entry, chain = record.event.entry.partition("|")[0], record.event.chain
    return any(
        other.before
        and other.event.own
        and other.event.entry.partition("|")[0] == entry
        and other.event.chain == chain[: len(other.event.chain)]
        for other in records
    )


def is_stale(record: Record) -> bool:
    """Whether some state made stale by the replacement is used or leaves."""
    return any(fate.how in ("used", "left") for fate in record.fates)


def _verdict(site: Site, records: list[Record], called: bool, recorder: Recorder, depth: int = 0) -> Verdict:
    merged = Record(records[0].event)
    for record in records:
        merged.before |= record.before
        merged.fates |= record.fates
        merged.slots |= record.slots
        merged.strengths |= record.strengths
        merged.classes |= record.classes
        merged.remedies |= record.remedies
        merged.rollback |= record.rollback
        merged.capped |= record.capped
        merged.sources |= record.sources
        merged.futile |= record.futile
        merged.parameter |= record.parameter
        merged.typed |= record.typed
    bad = frozenset(f for f in merged.fates if f.how in ("used", "left"))
    strength = _strongest({f.strength for f in bad} or merged.strengths)
    outcome = _outcome(merged, bad, strength, _are_synced(records))
    if _is_told_with_reset(records):
        outcome = "silent"
    return Verdict(
        outcome=outcome,
        site=site,
        record=merged,
        fates=frozenset(merged.fates),
        chains=tuple(sorted({r.event.chain for r in records})),
        loads=tuple(sorted({r.event.site for r in records})),
        entries=tuple(sorted({r.event.entry.partition("|")[0] for r in records})),
        strength=strength,
        always=merged.before == {"carrying"} and all(f.how in ("used", "left", "vain", "gone") for f in merged.fates),
        own=all(r.event.own for r in records),
        called=called,
        depth=depth,
    )


def _is_told_with_reset(records: list[Record]) -> bool:
    """Whether a reset that has no effect follows a rollback wherever it leaves a stale state: that is told instead."""
    stale = [record for record in records if is_stale(record)]
    return bool(stale) and all(r.rollback and any(fate.how == "vain" for fate in r.fates) for r in stale)


def _strongest(strengths: set[str]) -> str:
    for strength in ("proven", "inferred", "unknown"):
        if strength in strengths:
            return strength
    return "none"


def _outcome(record: Record, bad: frozenset[Fate], strength: str, sync: bool) -> str:
    if bad:
        if strength == "unknown":
            return "unknown"
        if sync:
            return "silent" if record.before == {"stale"} else "sync"  # weights for a network that was put in before
        return "stale"
    if not record.before or record.rollback:
        return "silent"
    hows = {fate.how for fate in record.fates}
    if strength == "unknown":
        return "reset" if hows & {"reset"} else "silent"
    if hows & {"reset", "guarded"}:
        return "reset"
    if hows & {"neutralised"} or record.before <= {"fresh"}:
        return "harmless"
    return "silent"


def _one_each(verdicts: list[Verdict]) -> list[Verdict]:
    """One verdict for each place, the worst."""
    order = ["silent", "harmless", "reset", "unknown", "sync", "stale"]
    best: dict[tuple[str, Span], Verdict] = {}
    for verdict in verdicts:
        key = (verdict.site.path, verdict.site.span)
        if key not in best or order.index(verdict.outcome) > order.index(best[key].outcome):
            best[key] = verdict
    return list(best.values())
