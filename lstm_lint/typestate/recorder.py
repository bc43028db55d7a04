"""What the runs found: each weight replacement, what it met and what became of the states it made stale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lstm_lint import facts
from lstm_lint.project import ClassInfo
from lstm_lint.project.stamps import Loading
from lstm_lint.typestate.paths import Path, Site
from lstm_lint.typestate.values import Event
from lstm_lint.vocabulary.schema import StateArgument

ROUND = "round of the loop"
"""What uses a state where no call does: a loop over an object that steps its environments for each element."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a state that a replacement made stale.

    ``how``: ``used``, ``left`` (control left the code read), ``reset``, ``vain`` (a reset that has no effect where it
    stands), ``restored`` (the weights that made it are back), ``gone`` (with the object that it was in),
    ``neutralised`` (by a call that resets as part of its work), ``guarded`` (a condition says there is none).
    """

    how: str
    site: Site | None
    what: str
    strength: str = "proven"
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Slotted:
    """A state that a replacement met: attribute ``name`` of an object, or a local variable.

    ``holders`` is how each function on the way can write the object, innermost first (None: it has no name there); for
    a local, ``holders`` is empty and ``depth`` says whose it is. ``by_row``: the vocabulary's calls drive the local, so
    None is its initial state. ``met`` is the phase it was in.
    """

    holders: tuple[str | None, ...]
    name: str
    strength: str
    classes: frozenset[ClassInfo | str]
    met: str
    by_row: bool = False
    local: bool = False
    depth: int = 0
    near: bool = True
    """Whether the function that replaces the weights has a way to the object, even if no plain name for it."""

    def holder(self, depth: int) -> str | None:
        """The object as the function ``depth`` calls outwards writes it."""
        return self.holders[depth] if depth < len(self.holders) else None


class Visit(NamedTuple):
    """One run of a call that steps a policy.

    ``again``: the same call ran before, an environment was stepped since, and no episode began for sure. ``fed``: the
    state handed in was ``initial``, ``carried`` or ``unknown``. ``mask``: ``absent``, ``true``, ``false`` or ``other``.
    ``crossed``: where the episode ended that the state was carried over.
    """

    again: bool
    fed: str
    mask: str
    crossed: Site | None = None


class Stepping(NamedTuple):
    """A call that steps a recurrent policy, in one calling context."""

    site: Site
    chain: tuple[Site, ...]
    entry: str
    owner: Path


@dataclass
class Stepped:
    """What the runs of such a call were fed; ``recurrence`` of all the classes that its receiver may be.

    ``siblings``: where the same function calls the same method of the same receiver with a state. ``parameters`` are
    those of the function that the call stands in, and its variables that are taken out of them.
    """

    what: Stepping
    call: facts.Call
    visits: set[Visit] = field(default_factory=set)
    recurrence: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    strength: str = "proven"
    siblings: frozenset[Site] = frozenset()
    only_read: bool = False
    """Whether nothing of what the call gives becomes the state that it is handed: it reads off a value, say."""
    spec: StateArgument | None = None


@dataclass
class Record:
    """One weight replacement in one calling context."""

    event: Event
    before: set[str] = field(default_factory=set)
    fates: set[Fate] = field(default_factory=set)
    slots: set[str] = field(default_factory=set)
    strengths: set[str] = field(default_factory=set)
    identity: str = "unknown"
    why: str = ""
    rollback: bool = False
    futile: bool = False
    capped: bool = False
    parameter: bool = False
    typed: bool = False
    classes: set[object] = field(default_factory=set)
    remedies: set[Slotted] = field(default_factory=set)
    sources: frozenset[Path] = frozenset()
    """The objects that the weights come from as they are, not as a copy."""
    sync: bool = False
    """Whether the event is a sync, or its source turned out to be trained: its gradients are written somewhere."""
    rival: bool = False
    """Whether what gets the weights plays against the one they come from: another player, whatever a sync it looks."""
    begins: int = 0
    """How many of the calls that led to it are out of the function that was begun beside its caller last."""

    @property
    def states(self) -> set[str]:
        """The attributes, or variables, that the states are in."""
        return {slot.rpartition(".")[2].partition("[")[0] for slot in self.slots}

    @property
    def loading(self) -> list[Loading]:
        """The functions that lead to the replacement, by their ids, and where in each."""
        return [(place.function, place.span) for place in (self.event.site, *self.event.chain)]

    @property
    def holders(self) -> frozenset[object]:
        """The classes of what keeps the states, where that is known."""
        return frozenset().union(*(slotted.classes for slotted in self.remedies))

    @property
    def chain(self) -> tuple[Site, ...]:
        """The calls that led to it, outermost first, from a function on that is begun by none of them."""
        return self.event.chain[self.begins :]


@dataclass(frozen=True, slots=True, order=True)
class Vain:
    """A reset that does not reset: at ``site``, by ``what``, of a state that some object, written ``holder``, keeps.

    ``how``: ``step`` (in a hook where the state lives in a local variable), ``none`` (None is no initial state of this
    algorithm). ``holder`` is empty where the source has no plain name for it. ``back``: where the object got weights
    back that it had before.
    """

    site: Site
    how: str
    what: str
    holder: str = ""
    strength: str = "proven"
    classes: frozenset[ClassInfo | str] = field(default=frozenset(), compare=False)
    back: Site | None = field(default=None, compare=False)


class Recorder:
    """Collects over all entries."""

    def __init__(self) -> None:
        self.records: dict[Event, Record] = {}
        self.steps: dict[Stepping, Stepped] = {}
        self.reached: set[Site] = set()
        """The calls that would step a policy and were come to, whatever class it was of: others stand in dead code."""
        self.handed: dict[Site, bool] = {}
        """The calls that hand a state to a function after its episode has ended, and whether it goes on from there."""
        self.uncrossed: dict[Site, set[tuple[Site, ...]]] = {}
        """By call that steps a network: the ways to it on which the state that it reads is of the same episode."""
        self.passes: set[Site] = set()
        """Where an update begins to go through recorded steps that it has gone through before."""
        self.partly: set[Path] = set()
        """The networks of whose states some rows are written, as those of the environments that begin anew."""
        self.called: dict[str, set[str]] = {}
        self.within: dict[str, set[str]] = {}
        """By function: the entries that came to it by a call and ran it."""
        self.begins: set[Site] = set()
        """The calls that begin a function beside their caller: what it does is not theirs."""
        self.indirect: set[Site] = set()
        """Where a function is registered, or called by a name in a variable: there nobody reads what it does."""
        self.total = 0
        self.vain: set[Vain] = set()
        self.unread: set[str] = set()
        """Functions with a caller that was left half read, for want of work to spend: it may reset what they leave."""
        self.left_out: dict[str, set[str]] = {}
        """By function: those that call it, run on their own, and had spent their share of work when they came to it."""
        self.failures: list[tuple[str, Exception]] = []
        self.cut: set[str] = set()
        """The entries that spent their share of work."""

    def forget(self, entry: str) -> None:
        """Take back what one entry recorded: it is run once more, with more work to spend."""
        self.records = {event: record for event, record in self.records.items() if event.entry != entry}
        for callers in self.left_out.values():
            callers.discard(entry.partition("|")[0])
        self.cut.discard(entry)

    def has_run(self, function: str) -> bool:
        """Whether some entry ran a function in the context of its caller, with work to spend to the end."""
        return not self.within.get(function, set()) <= self.cut

    @property
    def read_in_part(self) -> frozenset[str]:
        """The functions run on their own that were not read to their end."""
        return frozenset().union(*self.left_out.values())

    def record(self, event: Event) -> Record:
        """The record of an event, made when first asked for."""
        found = self.records.get(event)
        if found is None:
            found = self.records[event] = Record(event, sync=event.sync)
        return found

    def stepped(self, what: Stepping, call: facts.Call) -> Stepped:
        """The record of a call that steps a policy, made when first asked for."""
        found = self.steps.get(what)
        if found is None:
            found = self.steps[what] = Stepped(what, call)
        return found
