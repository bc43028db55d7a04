"""Networks that act for others: the states are in a storage that is shared, or with those who ask, and come with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.kept import Keeping, Kept
from lstm_lint.project.looks import is_anew, is_named
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.vocabulary.names import looks_like_state

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FAR = frozenset({"rpc_async", "rpc_sync", "remote"})
"""What a method calls that asks another process."""
_DEEP = 5


class Served:
    """Answers for one network, or one call that gives a network weights, at a time."""

    def __init__(self, project: Project, keeping: Keeping) -> None:
        self._project = project
        self._keeping = keeping

    def by(self, klass: ClassInfo, network: str) -> Kept | None:
        """The state that a network of an object, ``self.net``, steps for others in a method that trains nothing."""
        attr = network.removeprefix("self.")
        family = (*self._project.classes.lineage(klass), *self._project.classes.subclasses(klass))
        for each in family:
            for fact in each.fact.functions.values() if isinstance(each, ClassInfo) else ():
                if fact.name.startswith("__") or not fact.parameters or "backward" in fact.mentions:
                    continue
                for state, call in self._stepped(fact, f"{fact.parameters[0].name}.{attr}"):
                    held = self._stored(state, fact)
                    if held is not None and isinstance(each, ClassInfo):
                        return Kept(f"what self.{held} holds", network, each.module.path, call.span)
                    if any(parameter.name == state for parameter in fact.parameters) and (kept := self._asked(family)):
                        return kept._replace(by=network)
        return None

    def _stepped(self, fact: facts.FunctionFact, network: str) -> Iterator[tuple[str, facts.Call]]:
        """The variables that a method hands to a network as a state, and does not make anew."""
        bound = self._project.typing.bindings(fact).names
        for each in self._keeping.placed(fact):
            action = each.action
            call = action.value if isinstance(action, facts.Assign) else None
            if not isinstance(action, facts.Assign) or not isinstance(call, facts.Call):
                continue
            func = walk.chain(call.func) or ""
            if func != network and func.rpartition(".")[0] != network:
                continue
            out = {part.id for part in walk.flat(action.targets) if isinstance(part, facts.Name)}
            for argument in call.arguments:
                name = argument.value.id if isinstance(argument.value, facts.Name) else ""
                fed = is_named(name) or (name in out and looks_like_state(name))
                if fed and not any(is_anew(binding.expr) for binding in bound.get(name, ())):
                    yield name, call

    def _stored(self, name: str, fact: facts.FunctionFact) -> str | None:
        """The attribute of the object, or of what it holds, under whose key or name a state is read."""
        own = fact.parameters[0].name
        for binding in self._project.typing.bindings(fact).names.get(name, ()):
            for part in walk.expressions(binding.expr):
                key = part.index if isinstance(part, facts.Subscript) else None
                named = isinstance(key, facts.Constant) and isinstance(key.value, str) and is_named(key.value)
                chain = walk.chain(part.value) if isinstance(part, facts.Subscript) and named else None
                if chain is not None and chain.startswith(f"{own}."):
                    return chain.removeprefix(f"{own}.")
        return None

    def _asked(self, family: tuple[object, ...]) -> Kept | None:
        """The state of somebody who asks such an object for each step, and carries what comes back to the next."""
        methods = {name for each in family if isinstance(each, ClassInfo) for name in each.fact.functions}
        return next((kept for asks, kept in self._askers if not methods.isdisjoint(asks)), None)

    @cached_property
    def _askers(self) -> list[tuple[frozenset[str], Kept]]:
        """The states in loops that another process steps, each with the names in the method that asks it."""
        far = {f.fact.name: f.fact.mentions for f in self._project.functions if not _FAR.isdisjoint(f.fact.mentions)}
        return [
            (frozenset(far[name]) - {name}, kept)
            for function in (self._project.functions if far else ())
            if not far.keys().isdisjoint(function.fact.mentions)
            for kept, _ in self._keeping.in_loops(function)
            if (name := kept.by.rpartition(".")[2]) in far
        ]

    def around(self, call: facts.Call, function: FunctionInfo) -> Kept | None:
        """The state that comes out of a network in the loop of a call, and goes back in by way of another object.

        ``out, h = net(table.take(ids))`` and ``table.put(ids, h)``.
        """
        receiver = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        placed = self._keeping.placed(function.fact) if receiver is not None else ()
        loops = next((e.loops for e in placed if any(x is call for x in walk.expressions(e.action))), ())
        inside = [each.action for each in placed if loops and each.loops[:1] == loops[:1]]
        for action in inside:
            step = action.value if isinstance(action, facts.Assign) else None
            chain = walk.chain(step.func) if isinstance(step, facts.Call) else None
            if not isinstance(action, facts.Assign) or not isinstance(step, facts.Call) or chain is None:
                continue
            if chain != receiver and not chain.startswith(f"{receiver}."):
                continue
            for target in walk.flat(action.targets):
                if isinstance(target, facts.Name) and is_named(target.id):
                    sources = self._objects(step, function, _DEEP)
                    made = self._made(target.id, inside) if sources else frozenset()
                    if sources and any(self._takes(each, sources, made) for each in inside):
                        return Kept(target.id, chain, function.module.path, target.span)
        return None

    def _objects(self, expr: facts.Expr, function: FunctionInfo, deep: int) -> frozenset[str]:
        """The objects whose methods gave what a call is handed, by way of variables too."""
        found: set[str] = set()
        bound = self._project.typing.bindings(function.fact).names
        for part in walk.expressions(expr):
            if isinstance(part, facts.Call) and isinstance(part.func, facts.Attribute):
                if isinstance(part.func.value, facts.Name) and part is not expr:
                    found.add(part.func.value.id)
            elif isinstance(part, facts.Name) and deep > 0:
                for binding in bound.get(part.id, ()):
                    if isinstance(binding.expr, facts.Call) and isinstance(binding.expr.func, facts.Attribute):
                        root = binding.expr.func.value
                        found |= {root.id} if isinstance(root, facts.Name) else set()
                    found |= self._objects(binding.expr, function, deep - 1)
        return frozenset(found)

    @staticmethod
    def _made(state: str, inside: list[object]) -> frozenset[str]:
        """The variable of a state, and those that get what a call has made of it."""
        made = {state}
        for each in inside:
            called = each.value if isinstance(each, facts.Assign) else None
            if isinstance(each, facts.Assign) and isinstance(called, facts.Call) and state in walk.chains(called):
                made |= {part.id for part in walk.flat(each.targets) if isinstance(part, facts.Name)}
        return frozenset(made)

    @staticmethod
    def _takes(action: object, objects: frozenset[str], made: frozenset[str]) -> bool:
        """Whether one of some objects is handed one of the variables that a state is in."""
        return any(
            isinstance(expr, facts.Call)
            and isinstance(expr.func, facts.Attribute)
            and isinstance(expr.func.value, facts.Name)
            and expr.func.value.id in objects
            and any(isinstance(a.value, facts.Name) and a.value.id in made for a in expr.arguments)
            for expr in walk.expressions(action)
        )
