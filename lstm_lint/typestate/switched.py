"""Methods that replace weights and reset only while a switch of their object is off, without which nothing steps it.

``if not self.enabled: self.reset()`` behind a load, where the step begins with ``if not self.enabled: return``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    stepping = [
        known
        for other in methods(trace, klass)
        if other is not method and other.fact.name not in CONSTRUCTORS | known_resets.keys()
        for action, known in met(other.fact.body)
        if steps(action, names)
    ]
    if not resets or not stepping:
        return False
    off = frozenset.intersection(*resets) & _opposite(frozenset.intersection(*stepping))
    off -= _at_load(verdict, method)
    return any(not _switches(trace, klass, method, switch) for switch, _ in off)


def met(shape: Shape, known: Known = frozenset()) -> Iterator[tuple[object, Known]]:
    """Every action, with what is known where it stands."""
    if isinstance(shape, Step):
        yield shape.action, known
    elif isinstance(shape, Branch):
        yield from met(shape.then, known | _tells(shape.test, True))
        yield from met(shape.orelse, known | _tells(shape.test, False))
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from met(part, known)
            if isinstance(part, Branch):
                known |= _tells(part.test, False) if walk.ending(part.then) else frozenset()
                known |= _tells(part.test, True) if walk.ending(part.orelse) else frozenset()
    else:
        for part in walk.parts(shape):
            yield from met(part, known)


def _tells(test: object, holds: bool) -> Known:
    """What is known where a test does or does not hold."""
    if isinstance(test, facts.Operation) and test.op == "not":
        return _tells(test.operands[0], not holds)
    if isinstance(test, facts.BoolOp):
        return _tells(test.left, holds) | _tells(test.right, holds) if (test.op == "and") is holds else frozenset()
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


def _at_load(verdict: Verdict, method: FunctionInfo) -> Known:
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
