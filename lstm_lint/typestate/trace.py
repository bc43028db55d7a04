"""The judged result: one verdict on each weight replacement, and where it is to be reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lstm_lint.model import Fix, Span
from lstm_lint.project import ClassInfo, FunctionInfo, Project
from lstm_lint.project.exploits import Exploit, Exploits
from lstm_lint.project.following import Follower, Following
from lstm_lint.project.fragments import Between, Fragments
from lstm_lint.project.pools import Drawn, Pools
from lstm_lint.project.renewed import Renewed, renewed
from lstm_lint.typestate import carrying, meant, placement, switched, turned_off
from lstm_lint.typestate.background import watched
from lstm_lint.typestate.layout import Layout
from lstm_lint.typestate.paths import Site
from lstm_lint.typestate.recorder import Fate, Record, Recorder
from lstm_lint.typestate.requests import Requested, requested
from lstm_lint.typestate.slots import SlotIndex
from lstm_lint.typestate.stepping import Step, judge_steps
from lstm_lint.typestate.why import explain


class Ledger(NamedTuple):
    """How many weight replacements there were, by what became of the state."""

    stale: int
    reset: int
    harmless: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One weight replacement, or one call that leads to it, as a reader meets it.

    ``outcome``: ``stale``, ``sync``, ``reset``, ``harmless``, ``unknown`` (receiver of unknown type), ``silent`` (not
    recurrent, no carried state, a rollback, undecidable). ``always`` when every path to the use is stale.
    """

    outcome: str
    site: Site
    record: Record
    fates: frozenset[Fate]
    chains: tuple[tuple[Site, ...], ...]
    loads: tuple[Site, ...]
    entries: tuple[str, ...]
    """The functions that the contexts start in, by id."""
    strength: str
    always: bool
    own: bool
    called: bool
    depth: int = 0
    futile: bool = False
    fix: Fix | None = None

    @property
    def helper(self) -> bool:
        """Whether the place is a call that leads to the replacement rather than the replacement itself."""
        return self.depth > 0


@dataclass
class Trace:
    """Everything the rules ask."""

    project: Project
    verdicts: list[Verdict]
    recorder: Recorder
    index: SlotIndex
    report_on: frozenset[str] = frozenset()
    failures: tuple[tuple[str, Exception], ...] = ()
    covering: dict[tuple[str, frozenset[int]], dict[int, bool]] = field(default_factory=dict)
    """By file and the statements that make one state stale: which ``if`` are among them in each arm."""

    @cached_property
    def layout(self) -> Layout:
        """Statements by place."""
        return Layout(self.project)

    @cached_property
    def steps(self) -> list[Step]:
        """The calls that step a recurrent policy wrongly, in the files reported on."""
        return [step for step in judge_steps(self.recorder) if step.site.path in self.report_on]

    @cached_property
    def followers(self) -> list[Follower]:
        """The syncs that leave a state as it is by the shape of the code alone, where no run knows better."""
        if self.project.library:
            return []
        met = [verdict for verdict in self.verdicts if _decides(verdict)]
        known = {(verdict.site.path, verdict.site.span) for verdict in met}
        known |= {
            (site.path, site.span)
            for verdict in met
            if verdict.outcome in ("reset", "stale", "silent")  # a sync is noted where it is asked for as well
            for chain in (*verdict.chains, verdict.loads)
            for site in chain
        }
        found = Following(self.project).find(self.report_on)
        return [each for each in found if (each.path, each.span) not in known]

    @cached_property
    def exploits(self) -> list[Exploit]:
        """The loads of another member's weights into a network that actors in other processes go on with."""
        if self.project.library:
            return []
        known = {(v.site.path, v.site.span) for v in self.verdicts if v.outcome in ("stale", "reset", "unknown")}
        return [each for each in Exploits(self.project).find(self.report_on) if (each.path, each.span) not in known]

    @cached_property
    def drawn(self) -> list[Drawn]:
        """The pools that take other policies while a state goes through them, where no run knows it already."""
        if self.project.library:
            return []
        known = {(v.site.path, v.site.span) for v in self.verdicts if v.outcome in ("stale", "reset", "unknown")}
        return [each for each in Pools(self.project).find(self.report_on) if (each.path, each.span) not in known]

    @cached_property
    def between(self) -> list[Between]:
        """The policies that get other weights between two fragments, where no run knows it already."""
        if self.project.library:
            return []
        known = {(v.site.path, v.site.span) for v in self.verdicts if v.outcome in ("stale", "reset", "unknown")}
        return [each for each in Fragments(self.project).find(self.report_on) if (each.path, each.span) not in known]

    @cached_property
    def requested(self) -> list[Requested]:
        """The loads by handlers of requests that may come in mid-episode."""
        return [] if self.project.library else list(requested(self))

    @cached_property
    def watched(self) -> list[Requested]:
        """The loads by tasks and threads that go on beside what steps the state."""
        known = {(v.site.path, v.site.span) for v in self.verdicts if v.outcome == "stale"}
        found = [] if self.project.library else watched(self)
        return [each for each in found if known.isdisjoint((s.path, s.span) for s in (each.site, each.load))]

    @cached_property
    def renewed(self) -> list[Renewed]:
        """The networks whose state is made anew before each step, in the files reported on."""
        if self.project.library:
            return []
        project = self.project
        found = renewed(
            project.modules, project.functions, project.typing, project.passed, project.recurrence, self.report_on
        )
        return list(found)

    def site(self, function: FunctionInfo, span: Span) -> Site:
        """A place in a function."""
        return Site(function.module.name, function.module.path, span, -1, function.id)

    def header(self, site: Site) -> Span | None:
        """The header of the statement that a site stands in."""
        found = self.layout.statement(site)
        return found[1].header if found else None

    def is_kept_by_method(self, verdict: Verdict) -> bool:
        """Whether the stale state stays in ``self`` with no caller in view: RSH002 rather than RSH001."""
        used = any(fate.how == "used" for fate in verdict.fates)
        return verdict.own and not used and not self.in_callback(verdict)

    def in_callback(self, verdict: Verdict) -> bool:
        """Whether the replacement stands in an SB3 callback, whose hooks the algorithm calls."""
        klass = self.layout.klass(verdict.record.event.entry.partition("|")[2])
        return verdict.own and klass is not None and self.project.classes.kind(klass) == "callback"

    def is_algorithm(self, verdict: Verdict) -> bool:
        """Whether the class that keeps its state is an SB3 algorithm."""
        klass = self.layout.klass(verdict.record.event.entry.partition("|")[2])
        return klass is not None and self.project.classes.kind(klass) == "algorithm"

    def is_only_at_start(self, verdict: Verdict) -> bool:
        """Whether all code in view that leads to the replacement does so on an object that it has just made."""
        return bool(verdict.entries) and all(
            function is not None and self.project.newborn.only_on(function)
            for function in map(self.layout.function, verdict.entries)
        )

    def is_meant_to_be_reset(self, verdict: Verdict) -> bool:
        """Whether the class has a reset, and who may call what replaces the weights or uses the object can call it."""
        if not meant.has_own_reset(self, verdict):
            return False
        from_memory = bool(verdict.record.sources)
        return from_memory or meant.may_have_caller(self, verdict) or meant.is_reset_by_users(self, verdict)

    def resets_at_another_load(self, verdict: Verdict) -> bool:
        """Whether another method of the same class replaces weights and resets: so this one was to do the same.

        It may call the same method of an object that both are in charge of.
        """
        event = verdict.record.event
        klass = event.entry.partition("|")[2]
        if not klass:
            return False
        reset = (other for other in self.verdicts if other.outcome == "reset" and other.own)
        if any(other.record.event.entry.partition("|")[2] == klass for other in reset):
            return True
        return bool(event.chain) and any(
            other.chain and other.site == event.site and other.entry != event.entry
            and other.entry.partition("|")[2] == klass and {fate.how for fate in record.fates} == {"reset"}
            for other, record in self.recorder.records.items()
        )  # fmt: skip

    def resets_only_off(self, verdict: Verdict) -> bool:
        """Whether the method resets while nothing is stepped, and nobody that uses its object resets that."""
        return switched.resets_only_off(self, verdict) and not meant.is_reset_by_users(self, verdict)

    def turns_off(self, verdict: Verdict) -> bool:
        """Whether the method resets the state or turns its object off, and who turns that on resets it."""
        return turned_off.turns_off(self, verdict)

    def is_configured(self, verdict: Verdict) -> bool:
        """Whether a configuration that is not read decides if the library's object that keeps the state has one."""
        classes = {klass for slotted in verdict.record.remedies for klass in slotted.classes}
        states = [self.project.classes.states(klass) for klass in classes if isinstance(klass, (ClassInfo, str))]
        return bool(states) and all(each and all(row.strength != "proven" for row in each) for each in states)

    def fix(self, verdict: Verdict) -> Fix | None:
        """The reset that the flow asks for, at its one place."""
        return placement.plan(self, verdict)

    def fix_step(self, step: Step) -> Fix | None:
        """How the state is carried, masked or reset as it should be."""
        return carrying.plan(self, step)

    def is_made(self, path: str, fix: Fix) -> bool:
        """Whether what a fix would insert stands there already: the reset of a state that is not there yet is no event.

        An import that the fix would add is not there, and so neither is the call.
        """
        if len(fix.edits) != 1:
            return False
        (edit,) = fix.edits
        source = self.layout.source(path)
        after = source.text[source.offset(edit.span.line, edit.span.column) :]
        return after.startswith(edit.text) and not after[len(edit.text) :].lstrip(" \t")[:1].strip("#;\r\n")

    def ledger(self) -> Ledger:
        """Counts over the files reported on, one for each replacing statement or stale call."""
        counts: dict[str, int] = defaultdict(int)
        seen: dict[tuple[str, Span], str] = {}
        order = ["silent", "harmless", "reset", "unknown", "sync", "stale"]
        for verdict in self.verdicts:
            if verdict.site.path in self.report_on:
                key = (verdict.site.path, verdict.site.span)
                if key not in seen or order.index(verdict.outcome) > order.index(seen[key]):
                    seen[key] = verdict.outcome
        for outcome in seen.values():
            counts["harmless" if outcome == "sync" else outcome] += 1
        return Ledger(counts["stale"], counts["reset"], counts["harmless"], counts["unknown"])

    def why(self, path: str, line: int) -> list[str]:
        """The verdict on every weight replacement that a line is part of, in words."""
        return explain(self, path, line)


def _decides(verdict: Verdict) -> bool:
    """Whether the runs know what becomes of the state: nothing that they could not read may have reset it.

    Weights that are put back tell only where there was a state: a test calls ``learn(net, net_of_actors)`` to and fro.
    """
    if verdict.outcome == "reset" and any(fate.how == "unknown" for fate in verdict.fates):
        return False
    is_sync = verdict.record.sync or verdict.record.event.sync
    if verdict.outcome == "harmless" and is_sync and verdict.strength != "proven":
        return False  # nothing says where the state is: what a storage hands out, and takes in, may be it
    return verdict.outcome != "silent" or (verdict.record.rollback and bool(verdict.record.before))
