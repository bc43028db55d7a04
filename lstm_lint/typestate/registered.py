"""Functions handed to a signal, a timer, a button, a server or a broker: they run when that calls, between rounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, ClassRef, Types
from lstm_lint.project.handing import HOOK, extends
from lstm_lint.typestate import inlining, tasks
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.attributes import methods_of
from lstm_lint.typestate.values import Callable, Value

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_REGISTERS = frozenset({
    "signal", "add_signal_handler", "do", "Timer", "call_later", "call_soon", "call_soon_threadsafe", "add_job",
    "on_click", "on_change", "bind", "after", "schedule", "schedule_interval", "create_timer", "create_subscription",
    "Subscriber", "subscribe", "message_callback_add", "add_periodic_callback", "PeriodicCallback", "set_interval",
    "serve", "start_server", "start_unix_server", "add_get", "add_post", "add_route", "add_api_route", "add_url_rule",
    "add_handler", "add_event_handler", "add_listener", "add_hotkey", "on_press", "on_press_key",
})  # fmt: skip
"""Calls that are handed a function to run later. ``atexit.register`` is none: nothing comes after that."""
_HANDS_ON = frozenset({"add_signal_handler", "call_later", "call_soon", "call_soon_threadsafe", "do"})
"""Of these, those that hand the function what they are given behind it."""
_FOR_EVER = frozenset({"loop_forever", "run_forever", "serve_forever", "mainloop", "exec_", "spin", "infinity_polling"})
"""Calls in which nothing but what was registered runs."""
_ROUNDS = 3
"""One makes a state, one replaces the weights, one uses the state."""
_SLOT = re.compile(r"^on_[a-z]")
_HOOKED = re.compile(
    r"^((set|add|register)_?)?(key|keyboard|mouse|click|button|joystick|gamepad|menu|message|msg|signal|command)s?_?"
    r"(callback|cb|handler|listener|hook|func|fn)$",
    re.IGNORECASE,
)
"""Keywords and calls by which a viewer or a client is handed what it runs for a key, a click or a message."""
_STAGE = re.compile(r"begin|start|end|done|reset|finish|clos|exit|stop|complet|improve|best|episode|epoch")
"""What speaks of a stage of a training or a game: no event from outside, but a call in a known place."""


class Handler(NamedTuple):
    """Where a function was registered, and what it will be given."""

    frames: tuple[Frame, ...]
    span: Span
    arguments: Arguments


def called(run: Interpreter, call: facts.Call, arguments: Arguments, state: State) -> None:
    """A call that may register functions, or wait while they are run."""
    name = walk.last_name(call.func)
    if name in _FOR_EVER and run.handlers:
        for _ in range(_ROUNDS):
            begin_round(run, state)
    registers = (name in _REGISTERS and tasks.served_by(name, arguments) is None) or _HOOKED.search(name) is not None
    values = arguments.positional if registers else ()
    named = [value for keyword, value in arguments.keywords if registers or _is_slot(keyword)]
    if not any(value.callables or value.refs for value in (*values, *named)) or _is_read(run, call, state):
        return
    for index, value in enumerate(values):
        rest = Arguments(values[index + 1 :] if name in _HANDS_ON else (), ())
        _register(run, value, rest, call.span, state)
    for value in named:
        _register(run, value, Arguments((), ()), call.span, state)


def kept(run: Interpreter, ref: ClassRef, arguments: Arguments, span: Span, state: State) -> None:
    """A constructor of a library that is given functions to call between the steps of what it trains."""
    names = {name for row in run.project.classes.rows(ref) for name in row.calls}
    for keyword, value in arguments.keywords:
        if keyword in names:
            _register(run, value, Arguments((), ()), span, state)


def between_steps(run: Interpreter, types: Types, state: State) -> bool:
    """What was handed to an object of such a class runs between two steps of one call; whether there is anything."""
    calling = any(row.calls for t in types for row in run.project.classes.rows(t.ref))
    if not run.handlers or run.handling or not calling:
        return False
    begin_round(run, state)
    return True


def assigned(run: Interpreter, target: facts.Attribute, base: Value, value: Value, state: State) -> None:
    """``client.on_message = f``, on an object that nobody can read."""
    if value.callables and _is_slot(target.attr):
        classes = {t.ref for ref in base.refs for t in run.types_of(ref, state)} | {t.ref for t in base.types}
        if all(extends(run.project.classes, ref) for ref in classes):
            _register(run, value, Arguments((), ()), target.span, state)


def _is_slot(name: str) -> bool:
    """Whether what goes by a name is a function that is called whenever something happens outside."""
    if name == "command" or _HOOKED.search(name):
        return True
    return _SLOT.search(name) is not None and _STAGE.search(name) is None


def _is_read(run: Interpreter, call: facts.Call, state: State) -> bool:
    """Whether what is called is a function or a class of the project: what that does with a function is in view."""
    callee = run.quiet().evaluate(call.func, state)
    if isinstance(call.func, facts.Attribute) and not (callee.callables or callee.external):
        owners = [each.klass for each in run.project.functions if each.fact.name == call.func.attr and each.klass]
        if any(not extends(run.project.classes, klass) for klass in owners):
            return True  # an object of unknown type: it may well be one of these
    return bool(callee.callables) or any(not extends(run.project.classes, ref) for ref in callee.classes)


def _register(run: Interpreter, value: Value, arguments: Arguments, span: Span, state: State) -> None:
    bound = set(value.callables)
    for ref in value.refs if not bound else ():
        for t in run.types_of(ref, state):
            for name in _hooks(run, t.ref):
                bound |= methods_of(run, value, name, state)
    for each in bound:
        if run.project.callers.matters(each.function):
            run.handlers.setdefault(each, Handler(tuple(run.frames), span, arguments))


def begin_round(run: Interpreter, state: State) -> None:
    """What is registered may have run since the round before."""
    if run.handling or not run.handlers:
        return
    run.handling = True
    try:
        for bound, handler in list(run.handlers.items()):
            _may_run(run, bound, handler, state)
    finally:
        run.handling = False


def _may_run(run: Interpreter, bound: Callable, handler: Handler, state: State) -> None:
    """Run it as if the function that registered it called it there, which may be over by now.

    Those that this one waits for are left aside.
    """
    frames = run.frames
    if run.live_frame(handler.frames[-1].number) is None and _is_told_alone(run, bound, handler.frames[-1], state):
        return
    branch = state.copy()
    run.frames = list(handler.frames)
    run.recorder.indirect.add(run.site(handler.span))
    number = inlining.frame_for(run, bound, handler.span).number
    branch.forget_guards(f"⟨{number}:")  # another message, another event
    try:
        inlining.enter(run, bound, handler.arguments, handler.span, branch, False)
    finally:
        run.frames = frames
    if inlining.UNREACHABLE not in branch.guards:
        state.become(run.join(state.copy(), branch))


def _is_told_alone(run: Interpreter, bound: Callable, maker: Frame, state: State) -> bool:
    """Whether a method of the object whose constructor registered it replaces weights, or a lambda that calls methods.

    What such a method leaves is told where it is run by itself: what it knows of the switches that others turn is lost
    between rounds.
    """
    if maker.function is None or maker.first is None or not maker.function.parameters:
        return False
    fact = bound.function.fact
    if bound.receiver is not None and bound.receiver.refs == maker.first.refs:
        own = [name for call in walk.calls(fact.body) if (name := _own_method(call, fact))]
        called = {each.function for name in own for each in methods_of(run, maker.first, name, state)}
        return any(map(run.project.callers.is_replacing, {bound.function, *called}))
    return fact.name == "<lambda>" and all(_own_method(call, maker.function) for call in walk.calls(fact.body))


def _own_method(call: facts.Call, function: facts.FunctionFact) -> str:
    """The method that is called on the first parameter of a function."""
    owner, _, name = (walk.chain(call.func) or "").rpartition(".")
    return name if function.parameters and owner == function.parameters[0].name else ""


def _hooks(run: Interpreter, ref: ClassRef) -> list[str]:
    klasses = [base for base in run.project.classes.lineage(ref) if isinstance(base, ClassInfo)]
    return sorted({name for klass in klasses for name in klass.fact.functions if HOOK.search(name)})
