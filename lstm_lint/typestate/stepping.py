"""Verdicts on the calls that step a recurrent policy, over all the contexts they were run in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lstm_lint import walk
from lstm_lint.project.passed_on import is_handed_in
from lstm_lint.typestate.paths import Path, Site
from lstm_lint.typestate.recorder import Recorder, Stepped


@dataclass(frozen=True, slots=True)
class Step:
    """A call that steps a recurrent policy wrongly: the policy's own, or one that leads to it.

    ``outcome``: ``dropped`` (every step starts from the initial state), ``wiped`` (a mask that is always true), or
    ``crossed`` (the state goes on into another episode, which began at ``other``; ``replayed``: it is the same one once
    more, in an update).
    """

    outcome: str
    site: Site
    record: Stepped
    called: bool = False
    other: Site | None = None
    replayed: bool = False

    @property
    def gives_state(self) -> bool:
        """Whether the call has an argument for the state, whatever it holds."""
        spec = self.record.spec
        return spec is not None and walk.argument_of(self.record.call, spec.argument, spec.position) is not None


def judge_steps(recorder: Recorder) -> list[Step]:
    """The verdicts, in the order of the source."""
    by_site: dict[Site, list[Stepped]] = defaultdict(list)
    inner = {record.what.site for record in recorder.steps.values() if record.spec is None}
    for record in recorder.steps.values():
        if record.spec is None and not inner.isdisjoint(record.what.chain):
            continue  # told at the call that hands the state in
        owner = record.what.owner
        if any(each.starts_with(owner) or owner.starts_with(each) for each in recorder.partly):
            record.visits = {visit._replace(crossed=None) for visit in record.visits}
        known = record.spec is None and record.strength == "proven"
        if "yes" in record.recurrence or known:
            by_site[record.what.site].append(record)
    found = [step for site in by_site for step in _judged(by_site[site], recorder)]
    found = _without_readings(found)
    unique = {(step.outcome, step.site): step for step in reversed(found)}
    return sorted(unique.values(), key=lambda step: (step.site.path, step.site.span, step.outcome))


def _without_readings(steps: list[Step]) -> list[Step]:
    """A state that outlives its episode is told once, where it goes on: not where it is only read, nor in each arm."""
    found: list[Step] = []
    told: set[tuple[str, Path]] = set()
    for step in sorted(steps, key=lambda step: (step.site.path, step.site.span)):
        if step.outcome == "crossed" and step.record.spec is None:
            key = (step.site.function, step.record.what.owner)
            first = next((each for each in found if each.site == step.site and each.outcome == "crossed"), None)
            if (step.record.only_read and not step.called) or (key in told and first is None):
                continue
            told.add(key)
        found.append(step)
    return found


def _judged(records: list[Stepped], recorder: Recorder) -> Iterator[Step]:
    handed, reached = recorder.handed, recorder.reached
    wiped = [record for record in records if _is_wiped(record)]
    dropped = [record for record in records if _is_dropped(record)]
    if dropped and not any(reached.intersection(record.siblings) for record in records):
        yield from _placed("dropped", dropped, records)
    if wiped:
        yield from _placed("wiped", wiped, records)
        return
    for record in records:
        ends = _ends(record)
        if ends:
            at = next((site for site in record.what.chain if record.spec is None and site in handed), None)
            if at is not None and not handed[at]:
                continue
            at = _further_out(_where_they_part(record, records, recorder), at, record.what.chain)
            again = ends[0] in recorder.passes
            yield Step("crossed", at or record.what.site, record, at is not None, ends[0], again)


def _further_out(one: Site | None, other: Site | None, chain: tuple[Site, ...]) -> Site | None:
    """The one of two calls on the way to a third that is met first."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=chain.index)


def _ends(record: Stepped) -> list[Site]:
    return sorted(v.crossed for v in record.visits if v.crossed is not None and v.mask in ("absent", "false"))


def _where_they_part(record: Stepped, records: list[Stepped], recorder: Recorder) -> Site | None:
    """The call that leads to a state of an earlier episode, where other calls lead to the same code without one.

    An agent that the loop of the training tells of each episode, and an evaluation does not. Where the called function
    begins the episode itself, two calls of it in one function, under tests, are no such two ways.
    """
    chain = record.what.chain
    crossing = {each.what.chain for each in records if _ends(each)}
    others = {each.what.chain for each in records if any(visit.again for visit in each.visits)}
    others |= recorder.uncrossed.get(record.what.site, set())
    right = [other for other in others - crossing if other and not _is_inside(other, crossing)]
    if chain and all(end.function == record.what.site.function for end in _ends(record)):
        right = [other for other in right if other[-1].function != chain[-1].function]
    if not chain or not right:
        return None
    for depth in range(1, len(chain) + 1):
        if all(other[-depth:] != chain[-depth:] for other in right):
            return chain[-depth]
    return None


def _is_inside(chain: tuple[Site, ...], crossing: set[tuple[Site, ...]]) -> bool:
    """Whether a way to a call is the end of one that began further out, or one that goes on from it."""
    return any(each[-len(chain) :] == chain or chain[-len(each) :] == each for each in crossing if each)


def _is_dropped(record: Stepped) -> bool:
    runs = [visit for visit in record.visits if visit.again]
    return record.spec is not None and bool(runs) and all(visit.fed == "initial" for visit in runs)


def _is_wiped(record: Stepped) -> bool:
    runs = [visit for visit in record.visits if visit.again]
    return (
        record.spec is not None
        and any(visit.fed == "carried" for visit in runs)
        and all(visit.mask == "true" for visit in runs)
    )


def _placed(outcome: str, bad: list[Stepped], records: list[Stepped]) -> Iterator[Step]:
    """At the call itself, or at the calls that lead to it where those decide what it is handed."""
    others = [record for record in records if record not in bad and any(visit.again for visit in record.visits)]
    if outcome == "wiped" and any(record.what.chain for record in bad):
        others = [record for record in others if record.what.chain]  # on its own, a method does not know its flags
    elif outcome == "wiped":
        others = [record for record in others if any(visit.mask != "true" for visit in record.visits)]
    differ = bool(others)
    by_itself = outcome == "wiped" and not all(record.what.chain for record in bad)  # whatever flag comes in
    for record in bad:
        if not differ and (by_itself or not _hands_on(record, outcome)):
            yield Step(outcome, record.what.site, record)
        elif record.what.chain:
            yield Step(outcome, record.what.chain[-1], record, called=True)


def _hands_on(record: Stepped, outcome: str) -> bool:
    """Whether the call only hands on what its function was given, or an entry of it."""
    spec = record.spec
    assert spec is not None
    name, position = (spec.mask, spec.mask_position) if outcome == "wiped" else (spec.argument, spec.position)
    given = walk.argument_of(record.call, name, position)
    return given is not None and is_handed_in(given, record.parameters)
