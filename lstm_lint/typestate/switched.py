"""Methods that replace weights and reset only while a switch of their object is off, without which nothing steps it.

``if not self.enabled: self.reset()`` behind a load, where the step begins with ``if not self.enabled: return``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Sequence, Shape, Step
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.looks import is_anew
from lstm_lint.typestate import remedy
from lstm_lint.typestate.entries import CONSTRUCTORS

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict

Known = frozenset[tuple[str, bool]]
"""Which attributes of the object are true, and which are not, where something stands."""


def resets_only_off(trace: Trace, verdict: Verdict) -> bool:
    """Whether each reset of the method that asks for the weights stands where no step of the state is made."""
    entry, _, klass_id = verdict.record.event.entry.partition("|")
    klass, method = trace.layout.klass(klass_id), trace.layout.function(entry)
    if klass is None or method is None or len(verdict.entries) != 1:
        return False
    names = {slotted.name for slotted in verdict.record.remedies if klass in slotted.classes}
    known_resets = remedy.every_reset(trace, klass)
    resets = [known for action, known in met(method.fact.body) if is_reset(action, names, known_resets)]
    bodies = [f.fact.body for f in others(trace, klass, known_resets) if f is not method]
    if not resets:
        return False
    off = frozenset.intersection(*resets) & _opposite(stepped_where(bodies, names))
    off -= at_load(verdict, method)
    return any(not _switches(trace, klass, method, switch) for switch, _ in off)


def stepped_where(bodies: Iterable[Shape], names: Collection[str]) -> Known:
    """What is known of the object wherever these bodies step one of these states."""
    stepping = [known for body in bodies for action, known in met(body) if steps(action, names)]
    return frozenset.intersection(*stepping) if stepping else frozenset()


def turning_on(trace: Trace, klass: ClassInfo, names: Collection[str], resets: Collection[str]) -> frozenset[str]:
    """The methods of a class that set what no step of these states is made without."""
    bodies = [f.fact.body for f in others(trace, klass, resets)]
    switches = {switch for switch, on in stepped_where(bodies, names) if on}
    return frozenset(f.fact.name for f in methods(trace, klass) if any(map(switches.__contains__, _set_in(f))))


def _set_in(function: FunctionInfo) -> Iterator[str | None]:
    """What a function sets, but for what it turns off."""
    for action in walk.actions(function.fact.body):
        off = isinstance(action, facts.Assign) and isinstance(action.value, facts.Constant) and not action.value.value
        if isinstance(action, facts.Assign) and not off:
            yield from map(walk.chain, walk.flat(action.targets))


def others(trace: Trace, klass: ClassInfo, resets: Collection[str]) -> Iterator[FunctionInfo]:
    """The methods of a class that neither make an object nor reset its state."""
    return (f for f in methods(trace, klass) if f.fact.name not in CONSTRUCTORS and f.fact.name not in resets)


def met(shape: Shape, known: Known = frozenset()) -> Iterator[tuple[object, Known]]:
    """Every action, with what is known where it stands."""
    if isinstance(shape, Step):
        yield shape.action, known
    elif isinstance(shape, Branch):
        yield from met(shape.then, known | tells(shape.test, True))
        yield from met(shape.orelse, known | tells(shape.test, False))
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from met(part, known)
            if isinstance(part, Branch):
                known |= tells(part.test, False) if walk.ending(part.then) else frozenset()
                known |= tells(part.test, True) if walk.ending(part.orelse) else frozenset()
    else:
        for part in walk.parts(shape):
            yield from met(part, known)


def tells(test: object, holds: bool) -> Known:
    """What is known where a test does or does not hold."""
    if isinstance(test, facts.Operation) and test.op == "not":
        return tells(test.operands[0], not holds)
    if isinstance(test, facts.BoolOp):
        return tells(test.left, holds) | tells(test.right, holds) if (test.op == "and") is holds else frozenset()
    name = walk.chain(test) if isinstance(test, facts.Attribute) else None
    return frozenset({(name, holds)}) if name is not None and name.startswith("self.") else frozenset()


def _opposite(known: Known) -> Known:
    return frozenset((name, not holds) for name, holds in known)


def is_reset(action: object, names: Collection[str], resets: Collection[str]) -> bool:
    """Whether an action makes one of these states of the own object anew, or calls one of these methods."""
    if isinstance(action, facts.Assign) and is_anew(action.value):
        return any(walk.chain(target) in {f"self.{name}" for name in names} for target in action.targets)
    return any(walk.chain(call.func) in {f"self.{name}" for name in resets} for call in walk.calls_in(action))


def steps(action: object, names: Collection[str]) -> bool:
    """Whether an action gives such a state what is no initial one."""
    return (
        isinstance(action, facts.Assign)
        and not is_anew(action.value)
        and any(walk.chain(each) in {f"self.{name}" for name in names} for each in walk.flat(action.targets))
    )


def methods(trace: Trace, klass: ClassInfo) -> Iterator[FunctionInfo]:
    """The methods of a class and its bases in view."""
    for base in trace.project.classes.lineage(klass):
        if isinstance(base, ClassInfo):
            for fact in base.fact.functions.values():
                yield trace.project.symbols.function_info(base.module, base, fact)


def at_load(verdict: Verdict, method: FunctionInfo) -> Known:
    """What is known where the method replaces the weights, or calls what does."""
    sites = {site for chain in (*verdict.chains, verdict.loads) for site in chain if site.function == method.id}
    spans = {site.span for site in sites}
    at = [known for action, known in met(method.fact.body) if any(c.span in spans for c in walk.calls_in(action))]
    return frozenset().union(*at)


def _switches(trace: Trace, klass: ClassInfo, method: FunctionInfo, switch: str) -> bool:
    """Whether the method, or one of its own object that it calls, turns the switch itself."""
    called = {walk.chain(call.func) for call in walk.calls(method.fact.body)}
    return any(
        isinstance(action, facts.Assign) and any(walk.chain(each) == switch for each in walk.flat(action.targets))
        for other in methods(trace, klass)
        if other is method or f"self.{other.fact.name}" in called
        for action in walk.actions(other.fact.body)
    )
