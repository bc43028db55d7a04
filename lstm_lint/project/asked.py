"""Methods that code in view asks at every step of an object nobody declares: an agent of whatever class.

``def simulate(env, agent)`` asks ``agent.predict(obs)`` in the loop that steps the environment; or a game asks
``self.robot.next_move(seen)`` and moves by it what it looks at the next time. Such an object is of a class of the
project where one is made and handed over, under that name, to code that is out of view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.beginning import begins_an_episode
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.inference import Typing
from lstm_lint.project.looks import is_environment
from lstm_lint.project.placed import place_each
from lstm_lint.project.symbols import ClassInfo, External, FunctionInfo, Module
from lstm_lint.project.types import Scope


class Asked:
    """Who asks whom, looked for once and only when a method has no caller in view."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo], typing: Typing) -> None:
        self._modules = modules
        self._functions = functions
        self._typing = typing
        self._handed: dict[ClassInfo, frozenset[str]] = {}
        self._called: dict[ClassInfo, frozenset[str]] = {}

    def at_each_step(self, klass: ClassInfo, method: str) -> bool:
        """Whether code that may be handed an object of a class asks this method of it at every step."""
        askers = self._askers.get(method, frozenset())
        if any(asker in name for asker in askers for name in self._names(klass)):
            return True
        stepping = self._stepping.get(method, frozenset())
        return bool(stepping) and any(asker in name for asker in stepping for name in self._known_as(klass))

    @cached_property
    def _askers(self) -> dict[str, frozenset[str]]:
        """By method: what the objects are called that are asked, in small letters."""
        found: dict[str, set[str]] = defaultdict(set)
        for body in every_body(self._modules, self._functions):
            for call in (*self._in_loops(body), *self._in_moves(body)):
                assert isinstance(call.func, facts.Attribute)
                found[call.func.attr].add(walk.last_name(call.func.value).lower())
        return {method: frozenset(names - {""}) for method, names in found.items()}

    @cached_property
    def _stepping(self) -> dict[str, frozenset[str]]:
        """The same of the attributes that environments ask in their own ``step``, which a library calls."""
        found: dict[str, set[str]] = defaultdict(set)
        for body in every_body((), self._functions):
            function, klass = body.scope.function, body.scope.klass
            if function is None or klass is None or function.name != "step" or not function.parameters:
                continue
            if self._typing.classes.kind(klass) != "env":
                continue
            own = function.parameters[0].name
            for call in walk.calls(body.shape):
                holder = call.func.value if isinstance(call.func, facts.Attribute) else None
                if call.arguments and isinstance(holder, facts.Attribute) and walk.chain(holder.value) == own:
                    found[walk.last_name(call.func)].add(holder.attr.lower().strip("_"))
        return {method: frozenset(names - {""}) for method, names in found.items()}

    def _known_as(self, klass: ClassInfo) -> frozenset[str]:
        """What objects of a class are called where they are handed to anything, an environment in view among it."""
        if klass not in self._called:
            self._called[klass] = frozenset(
                name.lower() for name in self._handed_over(klass, everywhere=True) if name != klass.fact.name
            )
        return self._called[klass]

    def _in_loops(self, body: Body) -> Iterator[facts.Call]:
        """The calls in a loop that steps an environment, and begins no episode in each round."""
        if "step" not in (body.scope.function or body.scope.module.facts).mentions:
            return
        placed = list(place_each(body.shape))
        for loop in dict.fromkeys(each.loops for each in placed if each.loops):
            inside = [each for each in placed if each.loops == loop]
            always = [call for each in inside if each.conditional < 0 for call in walk.calls_in(each.action)]
            steps = [c for c in always if walk.last_name(c.func) == "step" and isinstance(c.func, facts.Attribute)]
            if any(map(begins_an_episode, always)) or not any(
                isinstance(c.func, facts.Attribute) and is_environment(c.func.value) for c in steps
            ):
                continue
            yield from (call for call in always if call not in steps and self._is_of_anybody(call, body.scope))

    def _in_moves(self, body: Body) -> Iterator[facts.Call]:
        """The calls in a method that changes by the answer what it looked at for the question."""
        function, klass = body.scope.function, body.scope.klass
        if function is None or klass is None or not function.parameters:
            return
        own = function.parameters[0].name
        for call in walk.calls(body.shape):
            if call.arguments and self._is_of_anybody(call, body.scope):
                looked = _looked_at(body.shape, klass, own, call)
                if not looked.isdisjoint(_moved(body.shape, own, call)):
                    yield call

    def _is_of_anybody(self, call: facts.Call, scope: Scope) -> bool:
        if not isinstance(call.func, facts.Attribute) or isinstance(call.func.value, facts.Call):
            return False
        chain = walk.chain(call.func.value)
        if chain is None or chain.count(".") > 1 or self._typing.of(call.func.value, scope):
            return False
        parameters = scope.function.parameters if scope.function is not None else ()
        if "." in chain:
            return bool(parameters) and scope.klass is not None and chain.startswith(f"{parameters[0].name}.")
        return any(each.name == chain and each.annotation is None for each in parameters)

    def _names(self, klass: ClassInfo) -> frozenset[str]:
        """What objects of a class are called where they are handed to code out of view, in small letters."""
        if klass not in self._handed:
            self._handed[klass] = frozenset(name.lower() for name in self._handed_over(klass))
        return self._handed[klass]

    def _handed_over(self, klass: ClassInfo, everywhere: bool = False) -> Iterator[str]:
        for body in every_body(self._modules, self._functions, klass.fact.name):
            for call in walk.calls(body.shape):
                for argument in call.arguments:
                    types = self._typing.of(argument.value, body.scope) if _may_be_object(argument.value) else ()
                    if not any(t.ref is klass and not t.of_class for t in types):
                        continue
                    callee = self._typing.callee(call.func, body.scope)
                    if everywhere or callee is None or isinstance(callee, External):
                        yield from (argument.keyword or "", walk.last_name(argument.value))
                        yield klass.fact.name


def _may_be_object(expr: facts.Expr) -> bool:
    return isinstance(expr, (facts.Name, facts.Attribute, facts.Call))


def _looked_at(shape: Shape, klass: ClassInfo, own: str, call: facts.Call) -> set[str]:
    """The attributes that what a call is given is made of, those that methods of the object read included."""
    names = {name for argument in call.arguments for name in walk.chains(argument.value)}
    for action in walk.actions(shape):
        if isinstance(action, facts.Assign) and not names.isdisjoint(_bound(action)):
            names |= walk.chains(action.value)
    read = {name.removeprefix(f"{own}.") for name in names if name.startswith(f"{own}.")}
    for name in list(read):
        method = klass.fact.functions.get(name)
        if method is not None:
            read |= method.mentions
    return read


def _moved(shape: Shape, own: str, call: facts.Call) -> set[str]:
    """The attributes that are assigned what the answer of a call leads to."""
    found: set[str] = set()
    while True:
        more = {
            name
            for action in walk.actions(shape)
            if isinstance(action, facts.Assign)
            and (any(each is call for each in walk.calls_in(action)) or not found.isdisjoint(walk.chains(action.value)))
            for name in _bound(action)
        }
        if more <= found:
            return {name.removeprefix(f"{own}.") for name in found if name.startswith(f"{own}.")}
        found |= more


def _bound(action: facts.Assign) -> Iterator[str]:
    for target in action.targets:
        for item in target.items if isinstance(target, facts.Display) else (target,):
            yield walk.chain(item) or ""
