"""What a call out of view does to a state, as its name has it: it begins it anew, steps it, or only tells of it."""

from __future__ import annotations

import re

from lstm_lint import facts, walk
from lstm_lint.project.looks import ANEW, is_environment
from lstm_lint.project.signal_views import SAME_STATE, View, awaited
from lstm_lint.project.signal_worlds import World, key, key_of_target
from lstm_lint.project.symbols import FunctionInfo

_BEGINS = re.compile(
    r"^(pop|clear|discard|popitem|update|mask)$|^_?(reset|forget|drop|begin|start|restart|init|new|fresh|wipe|flush|zero)"
    r"|_$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"^(print|len|str|repr|log\w*|debug|info|warn\w*|error|exception|append|put|send\w*|write|record\w*"
                   r"|add_scalars?|observe|inc|set)$")  # fmt: skip
_ARITHMETIC = frozenset({"torch", "np", "numpy", "jnp", "jax", "F", "th", "tf", "math"})


def begins(call: facts.Call) -> bool:
    """Whether a call is named as one that begins something anew."""
    return _BEGINS.search(walk.last_name(call.func)) is not None


def is_wiped(call: facts.Call, view: View, world: World) -> bool:
    """``self.h.zero_()``; in a loop over the parts of a state each is."""
    func = call.func
    return isinstance(func, facts.Attribute) and func.attr not in SAME_STATE and view.is_old(func.value, world)


def may_begin(call: facts.Call, node: object, view: View, world: World) -> bool:
    """Whether a call of which nothing is known may begin the state anew."""
    func, name = call.func, walk.last_name(call.func)
    root = walk.root(func)
    if isinstance(func, facts.Attribute):
        if _is_arithmetic(func):
            return False
        if begins(call) and not is_environment(func.value) and isinstance(node, facts.Evaluate):
            return True
        if _is_self(func.value, view) and name not in view.following.around.attributes:
            return True
    if isinstance(root, facts.Call) and walk.last_name(root.func) == "super":
        return True
    if not isinstance(node, facts.Evaluate) or _SAYS.search(name):
        return False
    return any(view.is_old(each.value, world) or _is_self(each.value, view) for each in call.arguments)


def steps(action: facts.Assign, view: View, world: World) -> bool:
    """Whether an old state is handed on to a call with something else, and its successor kept."""
    call = awaited(action.value)
    if not isinstance(call, facts.Call) or len(call.arguments) < 2:
        return False
    if _is_arithmetic(call.func) or begins(call) or ANEW.search(walk.last_name(call.func)):
        return False
    handed = [argument.value for argument in call.arguments if view.is_old(argument.value, world)]
    into = {key(walk.container(target)) for target in walk.flat(action.targets)}
    names = {key(each) for value in handed for each in walk.expressions(value)} - {""}
    return bool(handed) and not into.isdisjoint(view.following.all_old | names)


def uses(action: object, view: View, world: World) -> bool:
    """Whether something may be done with an old state: it goes into a call, or is given out."""
    if not world.old:
        return False
    handed = [
        argument.value
        for call in walk.calls_in(action)
        if not _SAYS.search(walk.last_name(call.func)) and not _is_followed(call, view)
        for argument in call.arguments
    ]
    if isinstance(action, facts.Return) and action.value is not None:
        handed.append(action.value)
    return any(view.is_handed(each, world) for each in handed)


def makes_another(value: facts.Expr, view: View) -> bool:
    """Whether a value is a new object that keeps such a state, an instance or a dict that is spelt out."""
    states = view.following.states
    if isinstance(value, facts.Call):
        return not view.following.around.kept(value).isdisjoint(states)
    keys = (each for each, _ in value.items) if isinstance(value, facts.DictDisplay) else ()
    return any(isinstance(each, facts.Constant) and each.value in states for each in keys)


def is_of_another(target: facts.Expr, value: facts.Expr, view: View) -> bool:
    """Whether what keeps the state is another object from here on, which has a state of its own."""
    if makes_another(value, view):
        return True
    return key_of_target(target).removeprefix(".") in view.following.holding(view.function) and _makes_anew(value)


def _makes_anew(value: facts.Expr) -> bool:
    """Whether a value is another object than any before it: a dict that is spelt out, an instance, None."""
    if isinstance(value, facts.Call):
        name = walk.last_name(value.func)
        return name[:1].isupper() or ANEW.search(name) is not None or begins(value)
    return isinstance(value, (facts.DictDisplay, facts.Display, facts.Comprehension, facts.Constant))


def _is_followed(call: facts.Call, view: View) -> bool:
    """Whether a call is of a function that is gone through with what it is handed."""
    found = view.called(call)
    return isinstance(found, FunctionInfo) and view.following.touches(found)


def _is_arithmetic(func: facts.Expr) -> bool:
    root = walk.root(func)
    return isinstance(root, facts.Name) and root.id in _ARITHMETIC


def _is_self(expr: facts.Expr, view: View) -> bool:
    return isinstance(expr, facts.Name) and expr.id == view.first
