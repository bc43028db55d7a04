"""Where the weights come from that a function is handed, or fetches for itself: the trained copy, or somewhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from lstm_lint import facts, walk
from lstm_lint.project.callers import Callers
from lstm_lint.project.inference import Typing
from lstm_lint.project.learned import is_learned
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

Origin = Literal["trained", "stored", "unknown"]

_TRAINED = re.compile(
    r"(^|_)(shared|global|learner|online|cent(?:er|re|ral)|server|master|trainer|latest|newest|current|policy_update)(_|$)",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"(^|_)(pull|fetch|request|recv|receive|refresh|subscribe|broadcast|bcast|sync)(_|$)|(^|_)get_(weights?|params?|parameters|"
    r"variables|data|latest\w*)$|^(get|get_nowait)$",
    re.IGNORECASE,
)
_STORED = re.compile(
    r"best|pool|league|opponent|archive|snapshot|checkpoint|ckpt|member|rival|pretrained|resume|initial|(^|_)old(_|$)|"
    r"backup|path|file|(^|_)(load|restore)(_|$)|teacher|expert|saved",
    re.IGNORECASE,
)
_LIVE = frozenset({"state_dict", "get_state_dict", "get_weights", "get_parameters", "get_state", "get_params"})
_GIVES = re.compile(r"^_*((get|current|latest|share|publish|export|copy)_)?(weights?|params?|parameters|model_dict)$")
_WEIGHTS = re.compile(r"weight|param|state_?dict|policy|model|net|update", re.IGNORECASE)
_SETS = re.compile(
    r"^_*sync(_in)?$|^_*(set|update|sync|refresh|pull|receive|apply)_\w*(weights?|params?|parameters|policy|model|nets?)\w*$"
)
_TRAINS = re.compile(r"^(train|learn|update|fit|optimi[sz]e)")
_FAR = 3
_MANY = 12


class Handed:
    """Answers by names and by who calls whom; each question answered once."""

    def __init__(
        self, callers: Callers, typing: Typing, programs: Sequence[FunctionInfo], functions: Sequence[FunctionInfo]
    ) -> None:
        self._callers = callers
        self._typing = typing
        self._programs = programs
        self._functions = functions
        self._given: dict[tuple[FunctionInfo, str], Origin] = {}
        self._sent: dict[tuple[FunctionInfo, str], bool] = {}

    def origin(self, expr: facts.Expr, function: FunctionInfo, far: int = _FAR) -> Origin:
        """What is known of the source of some weights in a function."""
        found = list(self._origins(expr, function, far, 0))
        if "stored" in found:
            return "stored"
        return "trained" if "trained" in found else "unknown"

    def _origins(self, expr: facts.Expr, function: FunctionInfo, far: int, deep: int) -> Iterator[Origin]:
        """Of each part that says something."""
        if deep > 4:
            return
        if isinstance(expr, facts.Call):
            yield from self._called(expr, function, far, deep)
        elif isinstance(expr, (facts.Subscript, facts.Starred, facts.Await)):
            yield from self._origins(expr.value, function, far, deep)
        elif isinstance(expr, facts.Attribute):
            yield from self._named(expr.attr)
            if isinstance(expr.value, facts.Name) and function.klass is not None:
                yield from self._kept(expr.attr, function, far, deep)
        elif isinstance(expr, facts.Name):
            yield from self._variable(expr.id, function, far, deep)
        elif isinstance(expr, facts.Comprehension):
            for clause in expr.clauses:
                yield from self._origins(clause.iterable, function, far, deep + 1)
        elif isinstance(expr, facts.Conditional):
            yield from self._origins(expr.then, function, far, deep)
            yield from self._origins(expr.orelse, function, far, deep)
        elif isinstance(expr, facts.DictDisplay):
            for _, value in expr.items:
                yield from self._origins(value, function, far, deep + 1)

    def _called(self, call: facts.Call, function: FunctionInfo, far: int, deep: int) -> Iterator[Origin]:
        name = walk.last_name(call.func)
        receiver = call.func.value if isinstance(call.func, facts.Attribute) else None
        said = [str(e.value) for a in call.arguments for e in walk.expressions(a.value)
                if isinstance(e, facts.Constant) and isinstance(e.value, str)]  # fmt: skip
        if any(_STORED.search(each) for each in said) or (_STORED.search(name) and not _TRAINED.search(name)):
            yield "stored" if not any(_TRAINED.search(each) for each in (*said, name)) else "trained"
            return
        if _TRAINED.search(name):
            yield "trained"
            return
        if name in _LIVE and receiver is not None:
            chain = walk.chain(receiver) or walk.last_name(receiver)
            yield "stored" if _STORED.search(chain) else "trained"
            return
        if _FETCHES.search(name):
            inner = [walk.last_name(e) for a in call.arguments for e in walk.expressions(a.value)]
            stored = any(_STORED.search(each) for each in inner) or _STORED.search(walk.chain(call.func) or "")
            yield "stored" if stored else "trained"
            return
        if name in ("items", "copy", "to", "values") and receiver is not None:
            yield from self._origins(receiver, function, far, deep)
        for argument in call.arguments:
            yield from self._origins(argument.value, function, far, deep + 1)

    def _named(self, name: str) -> Iterator[Origin]:
        if _TRAINED.search(name):
            yield "trained"
        elif _STORED.search(name):
            yield "stored"

    def _kept(self, attr: str, function: FunctionInfo, far: int, deep: int) -> Iterator[Origin]:
        """What methods of the class put in an attribute."""
        assert function.klass is not None
        for fact in function.klass.fact.functions.values():
            for binding in self._typing.bindings(fact).attributes.get(attr, ()):
                if fact.name != "__init__" and binding.how in ("value", "item"):
                    info = self._typing.symbols.function_info(function.module, function.klass, fact)
                    yield from self._origins(binding.expr, info, far, deep + 2)

    def _variable(self, name: str, function: FunctionInfo, far: int, deep: int) -> Iterator[Origin]:
        bound = self._typing.bindings(function.fact).names.get(name, ())
        for binding in bound:
            if binding.how != "annotation" and not _says(binding.expr, name):
                for value in self._values(binding, function):
                    yield from self._origins(value, function, far, deep + 1)
        if any(parameter.name == name for parameter in function.fact.parameters):
            yield from self._named(name)
            yield self.given(function, name, far)
        elif not bound:
            yield from self._named(name)

    def _values(self, binding: walk.Binding, function: FunctionInfo) -> tuple[facts.Expr, ...]:
        """What a variable is bound to; of one that goes through a ``zip``, what it goes through."""
        value = binding.expr
        if binding.how != "element":
            return (value,)
        if isinstance(value, facts.Name):
            bound = self._typing.bindings(function.fact).names.get(value.id, ())
            zips = [each.expr for each in bound if each.how == "value" and walk.zipped(each.expr, binding.index)]
        else:
            zips = [value]
        zipped = (walk.zipped(each, binding.index) for each in zips)
        found = tuple(part for each in zipped if each is not None for part in _items(each))
        return found or (value,)

    def given(self, function: FunctionInfo, name: str, far: int = _FAR) -> Origin:
        """What callers hand to a parameter; trained if some do, and if nobody in view calls what by its name syncs."""
        key = (function, name)
        known = self._given.get(key)
        if known is None:
            self._given[key] = "unknown"
            known = self._given[key] = self._given_by_callers(function, name, far)
        return known

    def _given_by_callers(self, function: FunctionInfo, name: str, far: int) -> Origin:
        if not _WEIGHTS.search(name) or far <= 0:
            return "unknown"
        found: list[Origin] = []
        surely: list[Origin] = []
        for user, call in self.calls(function):
            value = argument(call, function, name)
            if value is None or user.fact.name in ("__init__", "__post_init__"):
                continue
            remote = isinstance(call.func, facts.Attribute) and call.func.attr == "remote"
            said = self.origin(value, user, far - 1)
            found.append("trained" if remote and said == "unknown" else said)
            if self.is_surely(call, user, function):
                surely.append(found[-1])
        for every in (surely, found):  # a call of a method of this name may be one of another class's
            if "trained" in every:
                return "trained"
            if "stored" in every:
                return "stored"
        return "trained" if _SETS.search(function.fact.name) and not found else "unknown"

    def is_sent(self, function: FunctionInfo, name: str) -> bool:
        """Whether a parameter is given the learner's weights by remote calls, and nothing else by anybody."""
        key = (function, name)
        known = self._sent.get(key)
        if known is None:
            calls = [(user, call, argument(call, function, name)) for user, call in self._near(function)]
            if _is_required(function, name):  # a call that leaves it out is one of another method of that name
                calls = [each for each in calls if each[2] is not None or any(a.star for a in each[1].arguments)]
            known = self._sent[key] = bool(calls) and all(
                value is not None and walk.last_name(call.func) == "remote" and self._is_learners(value, user, 3)
                for user, call, value in calls
            )
        return known

    def _near(self, function: FunctionInfo) -> list[tuple[FunctionInfo, facts.Call]]:
        """The calls that may run a method, those by who has the name of its class where there are such."""
        every = list(self.calls(function))
        klass = function.klass
        if klass is None:
            return every
        name = klass.fact.name
        every = [(user, call) for user, call in every if not self._is_of_another(call, user, klass)]
        near = [each for each in every if klass in self._typing.symbols.resolve_each(each[0].module, name)]
        return near or every

    def _is_of_another(self, call: facts.Call, user: FunctionInfo, klass: ClassInfo) -> bool:
        """Whether a call is made on an object of a class that is known, and has nothing to do with this one."""
        owner = call.func.value if isinstance(call.func, facts.Attribute) else None
        types = self._typing.of(owner, Scope(user.module, user.klass, user.fact)) if owner is not None else frozenset()
        lineage = self._typing.classes.lineage
        return bool(types) and not any(
            t.ref is klass or klass in lineage(t.ref) or t.ref in lineage(klass) for t in types
        )

    def _is_learners(self, expr: facts.Expr, function: FunctionInfo, deep: int) -> bool:
        """Whether weights are read from what is named as the trained copy, or is trained where they are read."""
        bound = self._typing.bindings(function.fact).names
        for part in walk.expressions(expr):
            func = part.func if isinstance(part, facts.Call) else None
            if isinstance(func, facts.Attribute) and (func.attr in _LIVE or _GIVES.search(func.attr)):
                named = [walk.last_name(each) for each in walk.expressions(func.value)]
                if any(map(_STORED.search, named)):
                    return False
                network = walk.chain(func.value)
                if any(map(_TRAINED.search, named)) or self._trains(network, function):
                    return True
                if network is not None and is_learned(network, function, self._functions):
                    return True
            if isinstance(part, facts.Call) and self._reads_a_learned(part, function):
                return True
            if isinstance(part, facts.Name) and deep > 0:
                values = [each.expr for each in bound.get(part.id, ()) if not _says(each.expr, part.id)]
                values = [value for value in values if not isinstance(value, facts.Constant)]
                if values and all(self._is_learners(value, function, deep - 1) for value in values):
                    return True
        return False

    def _reads_a_learned(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a function is handed a network that is trained here, and reads its weights: ``to_numpy(net)``."""
        callee = self._typing.callee(call.func, Scope(function.module, function.klass, function.fact))
        if not isinstance(callee, FunctionInfo) or callee.klass is not None or "state_dict" not in callee.fact.mentions:
            return False
        read = {walk.chain(each.func.value) for each in walk.calls(callee.fact.body)
                if isinstance(each.func, facts.Attribute) and each.func.attr == "state_dict"}  # fmt: skip
        names = [parameter.name for parameter in callee.fact.parameters if parameter.name in read]
        given = [walk.chain(value) for name in names if (value := argument(call, callee, name)) is not None]
        return any(each is not None and is_learned(each, function, self._functions) for each in given)

    def _trains(self, network: str | None, function: FunctionInfo) -> bool:
        """Whether a function calls something on an object that by its name trains it."""
        return network is not None and any(
            isinstance(expr, facts.Call)
            and _TRAINS.search(walk.last_name(expr.func)) is not None
            and walk.chain(expr.func.value if isinstance(expr.func, facts.Attribute) else expr.func) == network
            and bool(expr.arguments)
            for action in walk.actions(function.fact.body)
            for expr in walk.expressions(action)
        )

    def is_surely(self, call: facts.Call, user: FunctionInfo, function: FunctionInfo) -> bool:
        """Whether a call runs this function rather than some method of its name."""
        if function.klass is None or not isinstance(call.func, facts.Attribute):
            return True
        if isinstance(call.func.value, facts.Name) and call.func.value.id in ("self", "cls"):
            return True
        types = self._typing.of(call.func.value, Scope(user.module, user.klass, user.fact))
        return any(not isinstance(t.ref, str) for t in types)

    def calls(self, function: FunctionInfo, many: int = _MANY) -> Iterator[tuple[FunctionInfo, facts.Call]]:
        """The calls that may run a function, ``runner.run.remote(…)`` too, those of scripts at their top level too.

        None where more than ``many`` functions may: then it is a name that tells nothing.
        """
        name = function.fact.name
        users = list(dict.fromkeys(self._callers.of(function)))
        if self._callers.is_at_top(name):
            users += [program for program in self._programs if self._may_call(program, function)]
        if len(users) > many:
            return
        for user in users:
            for action in walk.actions(user.fact.body):
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Call) and _calls(expr, name):
                        yield user, expr

    def _may_call(self, program: FunctionInfo, function: FunctionInfo) -> bool:
        """Whether the top level of a module may call a function: one that it has, or a method of what it has."""
        if function.fact.name not in program.fact.mentions:
            return False
        if function.klass is not None:
            return True
        return self._typing.symbols.resolve(program.module, function.fact.name) is function


def _calls(call: facts.Call, name: str) -> bool:
    func = call.func
    if isinstance(func, facts.Attribute) and func.attr == "remote":
        return walk.last_name(func.value) == name
    return walk.last_name(func) == name


def argument(call: facts.Call, function: FunctionInfo, name: str) -> facts.Expr | None:
    """What a call hands to a parameter of a function."""
    position = [parameter.name for parameter in function.fact.parameters].index(name)
    static = any(walk.last_name(each) == "staticmethod" for each in function.fact.decorators)
    return walk.argument_of(call, name, position - (function.klass is not None and not static))


def _items(value: facts.Expr) -> tuple[facts.Expr, ...]:
    return value.items if isinstance(value, facts.Display) else (value,)


def _is_required(function: FunctionInfo, name: str) -> bool:
    return any(
        each.name == name and each.default is None and each.kind in ("posonly", "positional", "kwonly")
        for each in function.fact.parameters
    )


def _says(expr: facts.Expr, name: str) -> bool:
    """Whether a value is only a variable anew: ``weights = weights.copy()``."""
    return any(isinstance(each, facts.Name) and each.id == name for each in walk.expressions(expr))
