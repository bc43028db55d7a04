"""Recurrent state in module variables that functions write: found once for all modules, when first asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Module, Project, parameter_lists
from lstm_lint.project.symbols import External, ModuleRef, Symbol, Variable
from lstm_lint.project.uses import shared, written_in_entries
from lstm_lint.typestate import sessions, startup
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root, Site
from lstm_lint.typestate.values import Callable, Phase, Tag, Value, joined, replace
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.slots import SlotIndex
    from lstm_lint.typestate.state import State

SHARED = -1
"""The frame of module variables while no code of their module is under way."""


def symbol_root(symbol: Variable) -> Root:
    """The object that a module variable holds when nothing on the path assigned it."""
    module = symbol.module
    return Root("global", symbol.name, Site(module.name, module.path, Span(0, 0, 0, 0), -1, ""))


def place_in(module: str, name: str) -> Local:
    """The place of a module variable for code that runs when the module's own is done."""
    return Local(SHARED, f"{module}:{name}")


class Globals:
    """Which module variables carry state between calls of functions, and whose weights make it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._owners: dict[Place, dict[Path, str]] = defaultdict(dict)
        self._consumed: set[Place] = set()
        self._written: dict[str, frozenset[str]] | None = None
        self._settled = False
        self._finding = False

    def is_shared(self, module: Module, name: str) -> bool:
        """Whether some function declares the variable ``global``, or writes entries of it."""
        if self._written is None:
            found: dict[str, set[str]] = defaultdict(set)
            for function in self._project.functions:
                found[function.module.name] |= shared(function.fact)
            self._written = {key: frozenset(names) for key, names in found.items() if names}
        return name in self._written.get(module.name, ())

    def is_named_with(self, name: str, words: frozenset[str]) -> bool:
        """Whether some file that names a module variable has one of these words as well."""
        return any(name in m.facts.mentions and not words.isdisjoint(m.facts.mentions) for m in self._project.modules)

    def read(self, run: Interpreter, symbol: Variable, state: State) -> Value:
        """The value of a module variable, with the state it carries into each call from outside."""
        value = symbol_value(run, symbol)
        place = place_in(symbol.module.name, symbol.name)
        held = state.env.get(place)  # of code in other modules as well: `shared.policy = policy`
        if held is None and not self.is_shared(symbol.module, symbol.name):
            return value
        if held is None:
            held = replace(value, tags=self._arriving(run, place))
            if held.tags:
                state.env[place] = held
        return held.with_src(place)

    def note(self, place: Place, owner: Path, strength: str) -> None:
        """An advance was seen whose result lands in ``place``."""
        if self._finding and _is_shared_place(place) and owner.root.kind == "global":
            self._owners[place].setdefault(owner, strength)

    def consumed(self, place: Place) -> None:
        """A state that was there when the function began was used."""
        if self._finding and _is_shared_place(place):
            self._consumed.add(place)

    def carried(self, place: Place) -> bool:
        """Whether some function uses the state in a module variable before it resets it."""
        return place in self._consumed

    def bring_in(self, run: Interpreter, target: Path, state: State) -> None:
        """Make a replacement of the weights of a module variable see the states that it made in others."""
        if target.root.kind != "global":
            return
        self._find(run.index)
        for place, owners in self._owners.items():
            if state.get(place) is None and any(owner.root == target.root for owner in owners):
                state.put(place, Value(tags=self._arriving(run, place), src=frozenset({place})))

    def arriving_in(self, run: Interpreter, place: FieldPlace) -> frozenset[Tag]:
        """The state that an object in a module variable, or in a collection there, carries into each call."""
        if place.owner.root.kind != "global" or not self._in_entries:
            return frozenset()
        return self._arriving(run, place)

    @cached_property
    def _in_entries(self) -> bool:
        """Whether some function writes what may be a state of an object that a collection of a module has."""
        written = (name for f in self._project.functions for name in written_in_entries(f.fact))
        return any(map(looks_like_state, written))

    def _arriving(self, run: Interpreter, place: Place) -> frozenset[Tag]:
        self._find(run.index)
        carried = self._finding or self.carried(place)
        starting = carried and not self._finding and startup.is_under_way(run)
        phase = Phase.CARRYING if carried and not starting else Phase.FRESH
        cause = startup.CAUSE if starting else "entry"
        owners = self._owners.get(place, {})
        return frozenset(Tag(phase, owner, strength=strength, cause=cause) for owner, strength in owners.items())

    def _find(self, index: SlotIndex) -> None:
        """Run the functions that write module variables: once to see the advances, once more to see the uses."""
        if self._settled or self._finding:
            return
        self._finding = True
        try:
            writing = [f for f in self._project.functions if _may_write_state(f)]
            for _ in range(2 if writing else 0):
                for function in writing:
                    index.explore(function)
        finally:
            self._finding = False
            self._settled = True


def _may_write_state(function: FunctionInfo) -> bool:
    if any(map(looks_like_state, written_in_entries(function.fact))):
        return True
    return any(not cannot_be_state(name) for name in shared(function.fact))


def _is_shared_place(place: Place) -> bool:
    """Whether a place is a module variable, or belongs to an object that one holds."""
    return place.frame == SHARED if isinstance(place, Local) else place.owner.root.kind == "global"


def symbol_value(run: Interpreter, symbol: Symbol) -> Value:
    """The value of what a global name stands for."""
    if isinstance(symbol, ClassInfo):
        return Value(classes=frozenset({symbol}))
    if isinstance(symbol, FunctionInfo):
        return Value(callables=frozenset({Callable(symbol, None, -1)}))
    if isinstance(symbol, ModuleRef):
        return Value(module=symbol.dotted)
    if isinstance(symbol, External):
        if (session := sessions.root_of(run, symbol.dotted)) is not None:
            return session
        if symbol.dotted in run.project.vocabulary.classes:
            canonical = run.project.classes.external(symbol.dotted)
            return Value(classes=frozenset({canonical}), external=symbol.dotted)
        return Value(external=symbol.dotted)
    assert isinstance(symbol, Variable)
    root = symbol_root(symbol)
    types = run.project.typing.symbol_types(symbol)
    classes = frozenset(t.ref for t in types if t.of_class)
    instances = frozenset(t for t in types if not t.of_class)
    run.index.root_types[root] = instances
    owners = _parameters(run, symbol)
    if owners:
        return Value(parameters_of=owners, types=instances)
    value = Value(refs=frozenset({Path(root)}), types=instances, classes=classes)
    said = run.project.words.of_variable(symbol)
    if said.itself or said.each:
        return replace(value, words=said.itself, element=Value(words=said.each) if said.each else None)
    return value


def _parameters(run: Interpreter, symbol: Variable) -> frozenset[Path]:
    """The networks in variables of a module whose parameters are in another one: ``P = list(cell.parameters())``."""
    bound = run.project.typing.module_bindings(symbol.module).names.get(symbol.name, [])
    value = bound[0].expr if len(bound) == 1 and bound[0].how == "value" else None
    found: set[Path] = set()
    for network in parameter_lists.gathered(value) if value is not None else ():
        name, *attrs = (walk.chain(network) or "").split(".")
        holder = run.project.symbols.resolve(symbol.module, name)
        if not isinstance(holder, Variable):
            return frozenset()
        found |= {Path(ref.root, (*ref.attrs, *attrs)) for ref in symbol_value(run, holder).refs}
    return frozenset(found)


def looked_up(run: Interpreter, symbols: Sequence[Symbol]) -> Value:
    """What was taken out of a table: one of several is no more than likely."""
    return replace(joined([symbol_value(run, symbol) for symbol in symbols]), inferred=len(symbols) > 1)
