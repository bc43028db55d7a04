"""Where recurrent state lives: slots of the vocabulary and slots found by structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from lstm_lint import facts
from lstm_lint.model import Applicability, Span
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo, Project, Types
from lstm_lint.typestate.globals import Globals
from lstm_lint.typestate.heirs import Heirs
from lstm_lint.typestate.kept import Kept
from lstm_lint.typestate.met_again import MetAgain
from lstm_lint.typestate.optimized import Optimized
from lstm_lint.typestate.paths import FieldPlace, Path, Place, Root, Site
from lstm_lint.typestate.targets import cannot_be_state, looks_like_state
from lstm_lint.typestate.values import CallMark, Guard, Value
from lstm_lint.typestate.wipers import Wipers
from lstm_lint.vocabulary import StateRow

if TYPE_CHECKING:
    from lstm_lint.typestate.breaking import Broken
    from lstm_lint.typestate.row_flags import Written

_ORDER = {"proven": 2, "inferred": 1, "unknown": 0}


class Slot(NamedTuple):
    """A place below an object of a class, and the object below it whose weights drive the state there."""

    place: tuple[str, ...]
    owner: tuple[str, ...]
    strength: str
    row: StateRow | None = None


def weakest(*strengths: str) -> str:
    """The weakest link decides."""
    return min(strengths, key=lambda s: _ORDER[s])


class Runs(Protocol):
    """How code is run to see what it does to states, with nothing recorded."""

    def explore(self, project: Project, index: SlotIndex, function: FunctionInfo, klass: ClassInfo | None, /) -> bool:
        """Run one function; the index is told of advances and uses. Whether it was read to its end."""

    def lay_out(
        self, project: Project, index: SlotIndex, klass: ClassInfo, /
    ) -> tuple[dict[FieldPlace, Value], frozenset[tuple[str, ...]], Kept]:
        """What ``__init__`` leaves in the attributes of ``self``, which of it it makes itself, and what else."""


class SlotIndex:
    """The slots of every class; those of project classes are found by running its methods, once, when asked for."""

    def __init__(self, project: Project, runs: Runs) -> None:
        self.project = project
        self._runs = runs
        self.assumed: dict[Path, str] = {}
        self.tabled: set[Path] = set()
        """Of these, the objects whose class was looked up among several by a name that is not known."""
        self.fitting: set[Path] = set()
        self._own: dict[ClassRef, dict[tuple[tuple[str, ...], tuple[str, ...]], Slot]] = {}
        self._deep: dict[ClassRef, tuple[Slot, ...]] = {}
        self._part: dict[tuple[ClassRef, int], tuple[int, tuple[Slot, ...]]] = {}
        self._leading: dict[ClassInfo, list[tuple[ClassRef, tuple[str, ...]]]] = {}
        self.explored = 0
        self._noted = 0
        """How many slots have been found: what was said of classes before the last one may say too little."""
        self._consumed: dict[ClassRef, set[tuple[str, ...]]] = {}
        self._settled: set[ClassRef] = set()
        self._running: list[ClassRef] = []
        self.many: set[Root] = set()
        self.trained: dict[int, Optimized] = {}
        self.graded: set[Path] = set()
        """The modules whose gradients are written by hand: they are trained by what other copies of them see."""
        self.root_types: dict[Root, Types] = {}
        self.built_under: dict[Root, frozenset[Guard]] = {}
        """The conditions under which algorithms were made: where one came out otherwise, the object is another one."""
        self.reset_methods: dict[ClassInfo, dict[str, Applicability]] = {}
        self._by_id = {klass.id: klass for klass in project.classes.all}
        self._outputs: dict[tuple[str, str], set[CallMark]] = {}
        self._advanced: dict[ClassInfo, set[tuple[str, ...]]] = {}
        self._owned: dict[ClassInfo, frozenset[tuple[str, ...]]] = {}
        self._layouts: dict[ClassRef, dict[FieldPlace, Value]] = {}
        self._kept: dict[ClassRef, Kept] = {}
        self.wipers = Wipers()
        self.begun: dict[tuple[int, str], tuple[facts.Expr, ...]] = {}
        """By body and variable: the tests that all its first bindings stand below."""
        self.found_of: dict[tuple[object, int, Span], bool] = {}
        """By question, body and place: what was found of a call, which is asked again wherever it is run."""
        self.cleared_by_others: dict[tuple[ClassInfo, str], bool] = {}
        """Whether a method that clears an attribute of a class is handed out as a value."""
        self.heard: dict[tuple[int, str, frozenset[ClassRef]], bool | None] = {}
        """By body, attribute and classes: whether the owner of a state hears itself of the ends of what is played."""
        self.passing: dict[tuple[int, str], bool] = {}
        """By function and variable: whether it only passes through."""
        self.row_masks: dict[tuple[object, ...], bool] = {}
        self.row_facts: dict[int, Written] = {}
        self.live: dict[tuple[str, str, Span | None], bool] = {}
        self.passes: dict[tuple[str, str, int], frozenset[str]] = {}
        """By function and call: whether each time is a step of one episode; without a call: of the function itself."""
        self.handing_on: set[Site] = set()
        """The calls that are handed a state and give the next one, as a row says: it is one, whatever it is called."""
        self.ends: list[Site] = []
        self.openings: set[int] = set()
        self.broken: dict[tuple[int, int], Broken | None] = {}
        """Of these, by their numbers, the resets that a loop over steps follows."""
        self.globals = Globals(project)
        self.heirs = Heirs(project)
        self.met_again = MetAgain(project)

    @property
    def is_looking(self) -> bool:
        """Whether some class is being run to find its slots."""
        return bool(self._running)

    @property
    def noted(self) -> int:
        """How many slots have been found so far."""
        return self._noted

    def end(self, site: Site) -> int:
        """The number of a place where an episode ends, by which tags name it."""
        if site not in self.ends:
            self.ends.append(site)
        return self.ends.index(site)

    def takes_for_fitting(self, path: Path) -> None:
        """The type of an object is a guess, by what is read of it."""
        self.assumed[path] = "inferred"
        self.fitting.add(path)

    def is_fitting(self, path: Path) -> bool:
        """Whether an object is reached through one whose type is such a guess."""
        return any(base in self.fitting for base in path.prefixes())

    def takes_from_table(self, paths: frozenset[Path]) -> None:
        """The objects are of one of several classes that a table has."""
        self.tabled |= paths
        self.assumed |= dict.fromkeys(paths, "inferred")

    def guessed(self, path: Path) -> str:
        """How sure the type of an object is: as sure as that of everything it is reached through."""
        return weakest("proven", *(self.assumed[base] for base in path.prefixes() if base in self.assumed))

    def own(self, ref: ClassRef) -> tuple[Slot, ...]:
        """The slots that the class itself declares or uses."""
        found = self._own.get(ref)
        if found is None:
            found = self._own[ref] = {}
            for row in self.project.classes.states(ref):
                if row.only_with and not any(map(self.project.callers.names_anywhere, row.only_with)):
                    continue
                owner = tuple(row.driven_by.split(".")) if row.driven_by else ()
                place = tuple(row.slot.split("."))
                found.setdefault((place, owner), Slot(place, owner, row.strength, row))
            if isinstance(ref, ClassInfo) and len(self._running) < 4:
                self._discover(ref)
        return tuple(found.values())

    def deep(self, ref: ClassRef) -> tuple[Slot, ...]:
        """The slots of the class and of the objects its attributes hold."""
        known = self._deep.get(ref)
        if known is None:
            known, _ = self._below(ref, 3, ())
            if not self._running:
                self._deep[ref] = known
        return known

    def _below(self, ref: ClassRef, depth: int, above: tuple[ClassRef, ...]) -> tuple[tuple[Slot, ...], set[ClassRef]]:
        """The slots so many attributes deep, and the classes ``above`` that it came back to and did not enter again."""
        if not depth or not isinstance(ref, ClassInfo):
            return self.own(ref), set()
        if ref in above:
            return self.own(ref), {ref}
        known = self._part.get((ref, depth))
        if known is not None and known[0] == self._noted:
            return known[1], set()
        slots = {(s.place, s.owner): s for s in self.own(ref)}
        before = self._noted
        cut: set[ClassRef] = set()
        for held, way in self._ways(ref):
            inner, again = self._below(held, depth - 1, (*above, ref))
            cut |= again
            for slot in inner:
                moved = slot._replace(place=way + slot.place, owner=way + slot.owner)
                slots.setdefault((moved.place, moved.owner), moved)
        cut.discard(ref)
        found = tuple(slots.values())
        if not cut and before == self._noted:
            self._part[ref, depth] = before, found
        return found, cut

    def _ways(self, ref: ClassInfo) -> list[tuple[ClassRef, tuple[str, ...]]]:
        """The classes of the objects that the attributes hold, and of the elements of collections there."""
        found = self._leading.get(ref)
        if found is None:
            found = self._leading[ref] = []
            typing = self.project.typing
            for attr in self._held(ref):
                for t in sorted(typing.attribute(ref, attr), key=str):  # the first run is the last to starve
                    if not t.arguments:
                        found.append((t.ref, (attr,)))
                    else:
                        elements = sorted(typing.elements(frozenset({t})), key=str)
                        found.extend((e.ref, (attr, "[*]")) for e in elements)
        return found

    def _held(self, ref: ClassInfo) -> list[str]:
        names: dict[str, None] = {}
        for base in self.project.classes.lineage(ref):
            if isinstance(base, ClassInfo):
                names.update(dict.fromkeys(base.fact.annotations))
                for function in base.fact.functions.values():
                    names.update(dict.fromkeys(self.project.typing.bindings(function).attributes))
        return list(names)

    def carried(self, ref: ClassRef, slot: Slot) -> bool:
        """Whether some entry of the class uses the state before it resets it."""
        if slot.row is not None or ref not in self._settled:
            return True
        return slot.place in self._consumed.get(ref, ())

    def note(self, place: Place, owner: Path, strength: str) -> None:
        """An advance was seen whose result lands in ``place``."""
        self.globals.note(place, owner, strength)
        self.met_again.advanced(place)
        if not self._running or not isinstance(place, FieldPlace) or place.owner.root.kind != "self":
            return
        ref = self._running[-1]
        if not isinstance(ref, ClassInfo) or place.owner.root.klass != ref.id or owner.root != place.owner.root:
            return
        rel = (*place.owner.attrs, place.attr)
        found = self._own[ref]
        old = found.get((rel, owner.attrs))
        if old is None or (_ORDER[old.strength] < _ORDER[strength] and old.row is None):
            found[(rel, owner.attrs)] = Slot(rel, owner.attrs, strength)
            self._noted += 1

    def note_output(self, place: Place, marks: frozenset[CallMark]) -> None:
        """A method leaves what came out of a call in an attribute; another one may put it where it belongs."""
        key = self._own_attribute(place)
        if key is not None and isinstance(place, FieldPlace):
            made = {mark for mark in marks if mark.stale is None and _is_of(mark, place)}
            if not made <= self._outputs.get(key, set()):
                self._outputs.setdefault(key, set()).update(made)
                self._noted += 1

    def outputs(self, place: FieldPlace) -> frozenset[CallMark]:
        """The calls that what a method finds in an attribute may have come out of, in another method."""
        key = self._own_attribute(place)
        return frozenset(self._outputs.get(key, ())) if key is not None else frozenset()

    def _own_attribute(self, place: Place) -> tuple[str, str] | None:
        if not isinstance(place, FieldPlace) or place.owner.root.kind != "self" or place.owner.attrs:
            return None
        return place.owner.root.klass, place.attr

    def consumed(self, place: Place) -> None:
        """A state that was there when the method began was used."""
        self.globals.consumed(place)
        self.met_again.consumed(place)
        if self._running and isinstance(place, FieldPlace) and place.owner.root.kind == "self":
            rel = (*place.owner.attrs, place.attr)
            self._consumed.setdefault(self._running[-1], set()).add(rel)

    def explore(self, function: FunctionInfo) -> bool:
        """Run a function to see what it does to states; nothing is recorded. Whether it was read to its end."""
        return self._runs.explore(self.project, self, function, function.klass)

    def settled_without(self, klass: ClassInfo, rel: tuple[str, ...]) -> bool:
        """Whether all that a class does to states has been looked at, and no vocabulary call advances that one."""
        return klass in self._settled and rel not in self._advanced.get(klass, ())

    def klass(self, name: str) -> ClassInfo | None:
        """The class of that id."""
        return self._by_id.get(name)

    def owned(self, klass: ClassInfo) -> frozenset[tuple[str, ...]]:
        """The attributes whose objects ``__init__`` makes, as ways from ``self``."""
        self.layout(klass)
        return self._owned.get(klass, frozenset())

    def advanced(self, place: FieldPlace) -> None:
        """A vocabulary call advanced the state in a place."""
        self.met_again.advanced(place)
        klass = self._by_id.get(place.owner.root.klass) if place.owner.root.kind == "self" else None
        if klass is not None:
            self._advanced.setdefault(klass, set()).add((*place.owner.attrs, place.attr))

    def meets(self, klass: ClassInfo, rel: tuple[str, ...]) -> bool:
        """Whether some method of a class uses or advances a state that is there when it begins."""
        self.own(klass)
        return rel in self._consumed.get(klass, ()) or rel in self._advanced.get(klass, ())

    def begins_anew(self, klass: ClassInfo, attr: str) -> bool:
        """Whether every method that others may call resets a state found in an attribute before it uses it."""
        self.own(klass)
        consumed = self._consumed.get(klass)
        found = [slot for slot in self._own[klass].values() if slot.place == (attr,)]
        if klass not in self._settled or consumed is None or not found or any(slot.row for slot in found):
            return False
        return (attr,) not in consumed

    def layout(self, ref: ClassInfo) -> dict[FieldPlace, Value]:
        """Which objects an instance holds where once ``__init__`` is done, for what may be known under two names."""
        found = self._layouts.get(ref)
        if found is None:
            self._layouts[ref] = {}  # ends cycles
            found, self._owned[ref], self._kept[ref] = self._runs.lay_out(self.project, self, ref)
            self._layouts[ref] = found
        return found

    def kept(self, ref: ClassInfo) -> Kept:
        """What ``__init__`` leaves behind besides."""
        self.layout(ref)
        return self._kept.get(ref, Kept())

    @property
    def laid_out(self) -> int:
        """Of how many classes that was asked so far."""
        return len(self._layouts)

    def _discover(self, ref: ClassInfo) -> None:
        methods = self.project.callers.touching(ref, self._methods(ref), self._may_be_slot, self._filling(ref))
        if not methods and not self._holds_state(ref):
            self._settled.add(ref)
            return
        self._running.append(ref)
        try:
            for _ in range(3):
                before = len(self._own[ref]), self._noted
                for method in methods:
                    self._runs.explore(self.project, self, method, ref)
                if (len(self._own[ref]), self._noted) == before:
                    break
            held = self._holds_state(ref)
            if held or any(slot.row is None for slot in self._own[ref].values()):
                self._consumed[ref] = set()
                entries = self.project.callers.entries(ref, self._methods(ref) if held else methods)
                for _ in range(2):
                    noted = self._noted
                    for method in entries:
                        self._runs.explore(self.project, self, method, ref)
                    if noted == self._noted:  # no slot that a use before it was found to be one went by
                        break
        finally:
            self._running.pop()
            self._settled.add(ref)

    def _filling(self, ref: ClassInfo) -> frozenset[str]:
        """The methods by which a class that holds a network puts states into a storage that it holds beside it."""
        held = {t.ref for attr in self._held(ref) for t in self.project.typing.attribute(ref, attr)} - {ref}
        networks = {each for each in held if self.project.recurrence.of(each) == "yes"}
        if not networks or self.project.library:
            return frozenset()
        stores = [each for each in held - networks if isinstance(each, ClassInfo)]
        methods = [method for each in stores for method in self._methods(each)]
        return frozenset(method.fact.name for method in methods if self.project.callers.fills(method))

    def _holds_state(self, ref: ClassInfo) -> bool:
        typing = self.project.typing
        held = (t.ref for attr in self._held(ref) for t in sorted(typing.attribute(ref, attr), key=str))
        return any(self.own(each) for each in dict.fromkeys(held) if each is not ref)

    def _may_be_slot(self, ref: ClassInfo, attr: str) -> bool:
        """Whether an attribute could turn out to be a slot, by its name and by what else the class is."""
        place = FieldPlace(Path(Root("self", "self", None, ref.id)), attr)
        if any(attr in row.slot.split(".") for row in self.project.classes.states(ref)):
            return True
        if attr in self.project.own_memories.of(ref):
            return True
        if self.project.recurrence.of(ref) == "yes":
            return not cannot_be_state(place)
        return (looks_like_state(place) or self.project.memories.is_one(attr)) or any(
            self.project.recurrence.of(t.ref) == "yes" for t in self.project.typing.attribute(ref, attr)
        )

    def _methods(self, ref: ClassInfo) -> list[FunctionInfo]:
        found: dict[str, FunctionInfo] = {}
        for base in self.project.classes.lineage(ref):
            if isinstance(base, ClassInfo):
                for name, fact in base.fact.functions.items():
                    found.setdefault(name, self.project.symbols.function_info(base.module, base, fact))
        return list(found.values())


def _is_of(mark: CallMark, place: FieldPlace) -> bool:
    """Whether an object's own network was called, with what is kept in another place of the object."""
    own = place.owner.root
    return mark.owner.root == own and any(
        isinstance(read, FieldPlace) and read != place and read.owner.root == own and looks_like_state(read)
        for read in mark.places
    )
