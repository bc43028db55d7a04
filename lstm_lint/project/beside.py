"""The state that is kept around a call which gives a network its weights, and whether a reset goes with the call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.acted_with import ActedWith
from lstm_lint.project.around import Around, acts
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.kept import Keeping, Kept
from lstm_lint.project.looks import is_anew, is_detached, is_environment, is_named
from lstm_lint.project.placed import LOADS
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

RESETS = re.compile(
    r"reset|forget|"
    r"(^|_)(init|initiali[sz]e|begin|start|new|clear|zero)_?\w*(hidden|states?|episodes?|rnn|lstm|game|env|memory)",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"prev|old|saved|opponent|opp_|rival|last", re.IGNORECASE)
_STORES = re.compile(r"storage|buffer|dataset|replay|batch|sampler$", re.IGNORECASE)
COMMON = frozenset({
    "forward", "__call__", "step", "update", "get", "run", "act", "reset", "call", "main", "train", "evaluate",
    "sample", "eval",
})  # fmt: skip
"""Names of methods that classes which have nothing to do with each other share."""
_FEW = 3
_POLICY = re.compile(r"^self\.\w*(policy|agent|network|net|model|actor|player|controller|mac)s?$")


class Beside:
    """What is kept by the loop or the object that a call stands in, by its receiver, or by callers."""

    def __init__(self, project: Project, keeping: Keeping) -> None:
        self._project = project
        self._keeping = keeping
        self.acted_with = ActedWith(project, keeping)
        self.by_callers: dict[FunctionInfo, Kept] = {}
        """The states that callers keep in variables, by what they call to sync: their own methods, and functions."""

    def kept(self, function: FunctionInfo, call: facts.Call) -> Kept | None:
        """A state that outlives the call: in a loop around it, in the object it is run on, or in its receiver."""
        loops = self._keeping.loops(function.fact, call)
        for kept, around in self._keeping.in_loops(function):
            if any(loop in around for loop in loops):
                return kept
        if function.klass is not None and (found := _best(self._keeping.of_class(function.klass), call)):
            return found
        for ref in self._receivers(function, call) if loops or function.klass is not None else ():
            found = _best((*self._keeping.of_class(ref), *self._held(ref)), call)
            found = found or self._cleared_in(ref, call)
            if found is not None:
                return found._replace(name=f"its {found.name.removeprefix('self.')}")
        if function.klass is None:
            return self.by_callers.get(function) or self.acted_with.by_variable(function, call)
        known = self.by_callers.get(function) or self._of_stepped(function.klass) or self._by_attribute(call)
        known = known or self._by_reset(function.klass, call)
        return known or (self._of_agents(function, loops) if loops else None)

    def _of_agents(self, function: FunctionInfo, loops: tuple[Span, ...]) -> Kept | None:
        """A state of what the same loop steps, by its name an object of a class in view: ``agent.step(obs)``."""
        for each in self._keeping.placed(function.fact):
            if not set(loops) & set(each.loops):
                continue
            for expr in walk.expressions(each.action):
                func = expr.func if acts(expr) and isinstance(expr, facts.Call) else None
                if isinstance(func, facts.Attribute) and isinstance(func.value, facts.Name):
                    name = func.value.id.rstrip("s0123456789_")
                    for klass in self._project.classes.all:
                        if func.attr in klass.fact.functions and klass.fact.name.lower().endswith(name.lower()):
                            for kept in self._keeping.of_class(klass):
                                return kept._replace(name=f"its {kept.name.removeprefix('self.')}")
        return None

    def advanced_by(self, klass: ClassInfo, network: str) -> Kept | None:
        """A state in an attribute that a network of the same object, written so, advances."""
        for kept in self._keeping.of_class(klass):
            if kept.by == network or kept.by.startswith(f"{network}.") or network in kept.given:
                return kept
        return None

    def _by_attribute(self, call: facts.Call) -> Kept | None:
        """A state that others step through an attribute of the name that a longer way to the receiver ends in."""
        way = (walk.chain(call.func) or "").split(".")[:-1]
        if len(way) < 3 or walk.last_name(call.func) in COMMON:
            return None
        return next((kept for kept in self._stepped_by.values() if kept.by.split(".")[:-1] == ["self", way[-1]]), None)

    def _spelled(self, owner: facts.Expr, function: facts.FunctionFact) -> str | None:
        """The receiver of a reset as code writes it; of a variable that goes through a collection, the collection."""
        if isinstance(owner, facts.Name):
            bound = self._project.typing.bindings(function).names.get(owner.id, ())
            return next((walk.chain(each.expr) for each in bound if each.how == "element"), None)
        return walk.render(owner)

    def _by_reset(self, klass: ClassInfo, call: facts.Call) -> Kept | None:
        """What an object that acts keeps, since its reset is called where episodes end: ``self._policy.reset(ids)``."""
        receiver = walk.render(call.func.value) or "" if isinstance(call.func, facts.Attribute) else ""
        copies = receiver == "self" and bool(call.arguments) and self._writes_parts(klass, walk.last_name(call.func))
        for base in self._project.classes.lineage(klass):
            for fact in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                if fact.name == "__init__" or "reset" not in fact.mentions:
                    continue
                for name, span in self._reset_in(fact):
                    if copies or receiver.partition("[")[0] == name.partition("[")[0]:
                        return Kept(f"what {name}.reset() clears", "", _path(base), span)
        return None

    def _cleared_in(self, klass: ClassInfo, call: facts.Call) -> Kept | None:
        """What an object that is given weights for its network clears in it, where a recurrent network has a reset."""
        if not call.arguments or not self._writes_parts(klass, walk.last_name(call.func)) or not self._has_reset:
            return None
        for base in self._project.classes.lineage(klass):
            for fact in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                for name, span in self._reset_in(fact) if "reset" in fact.mentions else ():
                    return Kept(f"{name.removeprefix('self.')}, which has a reset", "", _path(base), span)
        return None

    @cached_property
    def _has_reset(self) -> bool:
        """Whether a recurrent class in view has a method of that name."""
        recurrent = (klass for klass in self._project.classes.all if self._project.recurrence.of(klass) == "yes")
        return any(isinstance(self._project.classes.method(klass, "reset"), FunctionInfo) for klass in recurrent)

    def _writes_parts(self, klass: ClassInfo, name: str) -> bool:
        """Whether a method of an object, by its name or its body, gives weights to a network that the object holds."""
        method = self._project.classes.method(klass, name)
        loads = isinstance(method, FunctionInfo) and name in LOADS and not LOADS.isdisjoint(method.fact.mentions)
        return loads or name.lstrip("_").startswith(("sync_", "copy_"))

    def _reset_in(self, function: facts.FunctionFact) -> Iterator[tuple[str, Span]]:
        """The networks and agents of an object that a method resets, as code writes them."""
        for action in walk.actions(function.body):
            for expr in walk.expressions(action):
                func = expr.func if isinstance(expr, facts.Call) else None
                if isinstance(func, facts.Attribute) and func.attr == "reset":
                    name = self._spelled(func.value, function)
                    if name is not None and _POLICY.search(name.partition("[")[0]):
                        yield name, expr.span

    def _held(self, ref: ClassInfo) -> Iterator[Kept]:
        """The states in objects that an object holds."""
        typing = self._project.typing
        for base in self._project.classes.lineage(ref):
            for fact in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
                for attr in typing.bindings(fact).attributes:
                    for t in typing.attribute(ref, attr):
                        if isinstance(t.ref, ClassInfo) and not _STORES.search(t.ref.fact.name):
                            yield from self._keeping.of_class(t.ref)

    def _receivers(self, function: FunctionInfo, call: facts.Call) -> list[ClassInfo]:
        """The classes of what a method is called on and of what holds that, or those that have such a method."""
        scope = Scope(function.module, function.klass, function.fact)
        expr, known = call.func, False
        found: list[ClassInfo] = []
        while isinstance(expr, facts.Attribute):
            expr = expr.value
            if isinstance(expr, facts.Name) and expr.id in ("self", "cls"):
                break
            types = self._project.typing.of(expr, scope)
            known = known or bool(types)
            found += [t.ref for t in types if isinstance(t.ref, ClassInfo)]
        if known or not isinstance(call.func, facts.Attribute) or walk.chain(call.func.value) in ("self", "cls"):
            return found
        name = call.func.attr
        having = [klass for klass in self._project.classes.all if name in klass.fact.functions]
        return having if len(having) <= _FEW and name not in COMMON else []

    def _of_stepped(self, klass: ClassInfo) -> Kept | None:
        """A state that others keep and step by a method of a class that has a name of its own."""
        for name, fact in klass.fact.functions.items():
            kept = None if name in COMMON else self._stepped_by.get(name)
            if kept is not None and _hands_on(fact, kept.name.rpartition(".")[2]):
                return kept
            for kept in () if name in COMMON else self._stepped_in_loops.get(name, ()):
                if _hands_on(fact, kept.name):
                    return kept
        return None

    @cached_property
    def _stepped_by(self) -> dict[str, Kept]:
        """The states that are advanced by a method, by its name."""
        found: dict[str, Kept] = {}
        for klass in self._project.classes.all:
            for kept in self._keeping.of_class(klass):
                if "." in kept.by.removeprefix("self."):
                    found.setdefault(kept.by.rpartition(".")[2], kept)
        return found

    @cached_property
    def _stepped_in_loops(self) -> dict[str, list[Kept]]:
        """The states in variables of loops that are advanced by a method, by its name."""
        found: dict[str, list[Kept]] = {}
        for function in self._project.functions:
            for kept, _ in self._keeping.in_loops(function):
                if "." in kept.by and is_named(kept.name):
                    found.setdefault(kept.by.rpartition(".")[2], []).append(kept)
        return found

    def is_covered(self, function: FunctionInfo, call: facts.Call, kept: Kept) -> bool:
        """Whether a reset comes between the last step before a call and the next one after it, on every path."""
        around = Around(function, call)
        for action in around.before():
            if _renews(action, kept) or any(self._covers(expr, call, function) for expr in walk.expressions(action)):
                return True
        for each, runs in around.after():
            reset = _resets(each, call)
            if runs and (self._covers(each, call, function) or _renews(each, kept)):
                return True
            if acts(each) and not reset:
                return False
        return False

    def _covers(self, expr: object, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether an expression is a reset other than one of the same object that only detaches the state."""
        return _resets(expr, call) and not (isinstance(expr, facts.Call) and self._detaches(expr, function))

    def _detaches(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a method, whatever it is called, does no more than cut states off from the graph."""
        if function.klass is None or walk.chain(call.func) != f"self.{walk.last_name(call.func)}":
            return False
        method = self._project.classes.method(function.klass, walk.last_name(call.func))
        if not isinstance(method, FunctionInfo):
            return False
        written = [action.value for action in walk.actions(method.fact.body) if isinstance(action, facts.Assign)]
        return bool(written) and all(map(is_detached, written))


def _path(ref: ClassRef) -> str:
    return ref.module.path if isinstance(ref, ClassInfo) else ""


def _best(every: Sequence[Kept], call: facts.Call) -> Kept | None:
    """The state that the receiver of a call seems to advance, else the first that is not named as another's."""
    receiver = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
    ranked = sorted(
        every,
        key=lambda kept: (receiver is None or kept.by.rpartition(".")[0] != receiver, bool(_OTHERS.search(kept.name))),
    )
    return ranked[0] if ranked else None


def _renews(action: object, kept: Kept) -> bool:
    """Whether an assignment makes the state anew, or what it is kept in: ``self.rollouts = Rollouts()``."""
    if not isinstance(action, facts.Assign):
        return False
    written = {walk.chain(part) for part in walk.flat(action.targets)}
    holder = kept.name.rpartition(".")[0]
    if holder.startswith("self.") and holder in written and isinstance(action.value, facts.Call):
        return True
    return kept.name in written and is_anew(action.value)


def _resets(expr: object, call: facts.Call) -> bool:
    if not isinstance(expr, facts.Call) or expr is call or not RESETS.search(walk.last_name(expr.func)):
        return False
    return not (isinstance(expr.func, facts.Attribute) and is_environment(expr.func.value))


def _hands_on(function: facts.FunctionFact, name: str) -> bool:
    """Whether a method hands a parameter of a name on to a call: the state that it steps for its caller."""
    if all(parameter.name != name for parameter in function.parameters):
        return False
    return any(
        isinstance(expr, facts.Call)
        and any(isinstance(each.value, facts.Name) and each.value.id == name for each in expr.arguments)
        for action in walk.actions(function.body)
        for expr in walk.expressions(action)
    )
