"""Loops that ask a policy round after round where no environment is stepped: a robot, a market, a simulation by hand.

That one round is a step of the same episode as the last one is told by the loop itself: it goes on for ever, or waits
for what comes next; or what the policy decided has its effect on the next round. A loop over samples has none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Shape
from lstm_lint.model import Span
from lstm_lint.typestate.explored import sources
from lstm_lint.typestate.flags import is_lowered
from lstm_lint.typestate.telling import STEPS

if TYPE_CHECKING:
    from lstm_lint.project import Module
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter

_WAITS = re.compile(r"^(sleep|async_sleep|wait_for_message|spin_once|receive\w*|tick|wait_for_next\w*)$")
_CLOCKS = frozenset({"simulationStep", "stepSimulation", "mj_step", "step_simulation", "simulate_step"})
"""Calls that let a simulator go on by one step, whoever holds it."""
_SERVES = frozenset({
    "accept", "input", "get_nowait", "raw_input", "recv", "recvfrom", "recv_json", "recv_string", "recv_pyobj",
})  # fmt: skip
"""Calls after which a round has to do with somebody else than the last one did, or with whatever is typed."""
_KEEPS = frozenset({"append", "extend", "write", "writerow", "info", "debug", "print", "log", "add_scalar", "update"})
"""Methods by which a decision is only written down."""
_SAMPLES = re.compile(
    r"batch|sample|example|dataset|loader|test_set|shuffl|random|(^|[._])rng|choice|permut", re.IGNORECASE
)
_REGISTERS = frozenset({
    "create_timer", "create_subscription", "Subscriber", "schedule_interval", "add_job", "FuncAnimation", "do",
    "add_periodic_callback", "PeriodicCallback", "call_every", "set_interval",
})  # fmt: skip
"""Calls that have a function called again and again: by a clock, or by each message that comes in."""
_ON = re.compile(r"^on_(message|data|tick|bar|quote|trade|candle|kline|telemetry|observation|step)s?$")
_ORDERS = ("<", ">", "<=", ">=")
_NAMES = (facts.Name, facts.Attribute)


def goes_on(run: Interpreter, call: facts.Call) -> bool:
    """Whether a call, or one of those that led to it, is one step more in each round of such a loop."""
    span = call.span
    for frame in reversed(run.frames):
        key = (frame.module.name, frame.qualname, span)
        known = run.index.live.get(key)
        if known is None:
            known = run.index.live[key] = is_live(frame.body, frame.module, span)
        if known:
            return True
        if frame.call is None:
            return False
        span = frame.call.span
    return False


def is_called_again(run: Interpreter) -> bool:
    """Whether the function run on its own is called at every step by a library: a hook, or the callback of a clock."""
    frame = run.frames[0]
    if frame.function is None:
        return False
    if is_step_of_environment(run):
        return True
    if frame.klass is not None:
        rows = run.project.classes.rows(frame.klass)
        if any(frame.function.name in row.steps_in for row in rows):
            return True
        if run.project.asked.at_each_step(frame.klass, frame.function.name):
            return True
    key = (frame.module.name, frame.qualname, None)
    known = run.index.live.get(key)
    if known is None:
        known = run.index.live[key] = _is_registered(run, frame)
    return known


def is_step_of_environment(run: Interpreter) -> bool:
    """Whether the function run on its own is the ``step`` of an environment, which is called step after step."""
    frame = run.frames[0]
    return (
        frame.function is not None
        and frame.klass is not None
        and frame.function.name in STEPS
        and run.project.classes.kind(frame.klass) == "env"
    )


def _is_registered(run: Interpreter, frame: Frame) -> bool:
    """Whether the function is handed to what calls it again and again, in its class or in its module."""
    assert frame.function is not None
    mentions = frame.module.facts.mentions
    if _REGISTERS.isdisjoint(mentions) and "after" not in mentions and not any(map(_ON.search, mentions)):
        return False
    name = frame.function.name
    if _asks_to_be_called_again(frame.function.body, name):
        return True
    if frame.klass is None:
        bodies = [frame.module.facts.body, *(f.fact.body for f in run.project.functions if f.module is frame.module)]
        return any(_registers(body, name, own=False) for body in bodies)
    lineage = [k for k in run.project.classes.lineage(frame.klass) if not isinstance(k, str)]
    return any(_registers(fact.body, name, own=True) for k in lineage for fact in k.fact.functions.values())


def _asks_to_be_called_again(body: Shape, name: str) -> bool:
    """``self.root.after(16, self.tick)`` inside of ``tick``."""
    return any(
        walk.last_name(call.func) == "after" and any(walk.last_name(each.value) == name for each in call.arguments)
        for action in walk.actions(body)
        for call in walk.calls_in(action)
    )


def _registers(body: Shape, name: str, own: bool) -> bool:
    """Whether a body hands a function of its module, or a method of its class, to a clock or a source of messages."""
    given: list[facts.Expr] = []
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and any(_ON.search(walk.last_name(target)) for target in action.targets):
            given.append(action.value)
        for call in walk.calls_in(action):
            registers = walk.last_name(call.func) in _REGISTERS
            given += [each.value for each in call.arguments if registers or _ON.search(each.keyword or "")]
    return any(
        isinstance(expr, _NAMES)
        and walk.last_name(expr) == name
        and (isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name)) is own
        for expr in given
    )


def is_live(body: Shape, module: Module, span: Span) -> bool:
    """Whether a call stands in a loop that is one episode by itself."""
    libraries = frozenset(each.local for each in module.facts.imports)
    return any(_goes_on(loop, span, libraries) for loop in walk.loops(body))


def _goes_on(loop: Loop, span: Span, libraries: frozenset[str]) -> bool:
    names = {walk.last_name(call.func) for call in walk.calls(loop.body)}
    if not names.isdisjoint(STEPS | _SERVES):
        return False
    asked = walk.call_at(loop.body, span)
    if asked is None:
        return False
    if is_lowered(loop, asked):
        return True
    seen = _made_of(loop, _chains(asked), _itself(loop, span))
    if any(_SAMPLES.search(name) for name in seen - _measured(loop)):
        return False
    waits = loop.test is not None and (_is_true(loop.test) or any(map(_WAITS.search, names)))
    if waits or not names.isdisjoint(_CLOCKS):
        return _is_new(loop, asked)
    decided = _decided(loop, span, libraries)
    return _meets(loop, decided, span) or not decided.isdisjoint(seen)


def _has(action: object, span: Span) -> bool:
    return any(call.span == span for call in walk.calls_in(action))


def _is_true(test: object) -> bool:
    return isinstance(test, facts.Constant) and bool(test.value)


def _is_new(loop: Loop, asked: facts.Call) -> bool:
    """Whether what the policy sees may be something else in each round; a method that is given nothing looks for it."""
    if not asked.arguments and isinstance(asked.func, facts.Attribute):
        return True
    if any(isinstance(expr, facts.Call) for argument in asked.arguments for expr in walk.expressions(argument.value)):
        return True
    given = {name for argument in asked.arguments[:1] for name in walk.chains(argument.value)}
    bound = {name for action in walk.actions(loop.body) for name in _bound(action)}
    return any("." in name for name in given) or not given.isdisjoint(bound)


def _chains(call: facts.Call) -> set[str]:
    """What the arguments of a call name, and whose method it is where that is no policy's own ``predict``."""
    return {name for argument in call.arguments for name in walk.chains(argument.value)}


def _bound(action: object) -> Iterator[str]:
    targets: tuple[facts.Expr, ...] = ()
    if isinstance(action, facts.Assign):
        targets = action.targets
    elif isinstance(action, (facts.Augment, facts.Iterate)):
        targets = (action.target,)
    for target in targets:
        yield from _flat(target)


def _flat(target: facts.Expr) -> Iterator[str]:
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from _flat(item)
    else:
        name = walk.chain(walk.container(target.value if isinstance(target, facts.Starred) else target))
        if name is not None:
            yield name


def _read(action: object) -> frozenset[str]:
    return walk.chains(action.value if isinstance(action, (facts.Assign, facts.Augment, facts.Evaluate)) else action)


def _made_of(loop: Loop, names: set[str], decision: set[str]) -> set[str]:
    """These variables, and those that they are made of in a round in which the policy decides."""
    found = set(names)
    made = list(sources(loop.body, decision))
    while True:
        more = {name for action, read in made if not found.isdisjoint(_bound(action)) for name in read}
        if more <= found:
            return found
        found |= more


def _measured(loop: Loop) -> set[str]:
    """``sample`` where an endless loop makes it in each round: what it is made of tells what it is one of."""
    if loop.test is None or not _is_true(loop.test):
        return set()
    values = [
        action.value
        for action in walk.actions(loop.body)
        if isinstance(action, facts.Assign) and "sample" in _bound(action)
    ]
    taken = any(isinstance(value, facts.Subscript) for value in values)
    taken = taken or any(walk.last_name(call.func) == "next" for value in values for call in walk.calls_in(value))
    return {"sample"} if values and not taken else set()


def _decided(loop: Loop, span: Span, libraries: frozenset[str]) -> set[str]:
    """The variables that what the policy decides has an effect on, and the objects that are told of it."""
    found: set[str] = set()
    while True:
        more: set[str] = set()
        for action in walk.actions(loop.body):
            if _has(action, span):
                more.update(name for name in _bound(action) if name.strip("_"))
            elif isinstance(action, (facts.Assign, facts.Augment)) and not found.isdisjoint(_read(action)):
                more.update(_bound(action))
            for call in walk.calls_in(action):
                if isinstance(call.func, facts.Attribute) and call.func.attr not in _KEEPS:
                    owner = walk.chain(call.func.value)
                    told = owner is not None and owner.partition(".")[0] not in libraries
                    if owner is not None and told and (_is_given(call, span) or not found.isdisjoint(_chains(call))):
                        more.add(owner)
        more |= {name for branch in _depending(loop, found) for name in _assigned(branch)}
        if more <= found:
            return found
        found |= more


def _is_given(call: facts.Call, span: Span) -> bool:
    """Whether a call is handed the decision as it is made: ``course.advance(pilot.act(seen))``."""
    return call.span != span and any(_has(argument.value, span) for argument in call.arguments)


def _depending(loop: Loop, names: set[str]) -> Iterator[Branch]:
    return (branch for branch in walk.branches(loop.body) if not names.isdisjoint(_read(branch.test)))


def _assigned(branch: Branch) -> Iterator[str]:
    """What one arm or the other assigns; what is only counted up is a score."""
    for arm in (branch.then, branch.orelse):
        for action in walk.actions(arm):
            if isinstance(action, facts.Assign):
                yield from _bound(action)


def _meets(loop: Loop, decided: set[str], span: Span) -> bool:
    """Whether a test of the next round asks for what this one decided to change: ``if action == 1 and not holding``.

    The best of all decisions so far is no such thing: it is a decision itself, and a test only compares it.
    """
    tested = {name for branch in walk.branches(loop.body) for name in _read(branch.test)}
    always = {name for action in _at_top(loop.body) if isinstance(action, facts.Assign) for name in _bound(action)}
    itself = _itself(loop, span)
    ranked = {
        name
        for branch in walk.branches(loop.body)
        for expr in walk.expressions(branch.test)
        if isinstance(expr, facts.Operation) and expr.op in _ORDERS
        for name in walk.chains(expr)
    }
    for branch in _depending(loop, decided):
        for arm in (branch.then, branch.orelse):
            for action in walk.actions(arm):
                if isinstance(action, facts.Assign):
                    kept = ranked if not itself.isdisjoint(walk.chains(action.value)) else set()
                    if (set(_bound(action)) & tested & decided) - always - kept:
                        return True
    return False


def _itself(loop: Loop, span: Span) -> set[str]:
    """The variables that hold what the policy gives, or something computed of it."""
    found: set[str] = set()
    while True:
        more = {
            name
            for action in walk.actions(loop.body)
            if isinstance(action, facts.Assign)
            and (_has(action, span) or not found.isdisjoint(walk.chains(action.value)))
            for name in _bound(action)
            if name.strip("_")
        }
        if more <= found:
            return found
        found |= more


def _at_top(body: Shape) -> Iterator[object]:
    parts = walk.parts(body) if not isinstance(body, (Branch, Loop)) else ()
    if not parts and not isinstance(body, (Branch, Loop)):
        yield from walk.actions(body)
    for part in parts:
        yield from _at_top(part)
