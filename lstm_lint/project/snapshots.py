"""Weights that are kept without a copy: ``get_parameters()`` and ``state_dict()`` give the tensors themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.brought import brought
from lstm_lint.project.composed import composed
from lstm_lint.project.givers import GIVING, givers, gives
from lstm_lint.project.keepers import kept_arguments
from lstm_lint.project.parameter_lists import LISTING, PUTS, PutBack, actions_of, is_put_back, listed
from lstm_lint.project.placed import (
    COPIES,
    LOADS,
    Placed,
    binds,
    filled,
    is_same,
    line_of,
    pairs,
    place_each,
    saves,
)  # fmt: skip
from lstm_lint.project.receivers import Known, bodies, weights_holder
from lstm_lint.project.renewing import is_renewed
from lstm_lint.project.symbols import ClassInfo, Module
from lstm_lint.project.trained_on import TrainedOn

if TYPE_CHECKING:
    from lstm_lint.project import Project

_SHALLOW = frozenset({"dict", "OrderedDict", "list", "tuple", "collections.OrderedDict", "copy.copy", "copy"})
_SAVING = frozenset({"save", "save_file", "dump"})
_BEGINNINGS = frozenset({"__init__", "__post_init__", "setup", "_on_training_start"})


class Snapshot(NamedTuple):
    """A call that gives live tensors, and where they are kept: ``pool``, ``attribute`` or ``variable``."""

    body: Body
    value: facts.Expr
    holder: facts.Expr
    known: Known
    kept: str

    @property
    def can_be_copied(self) -> bool:
        """Whether ``deepcopy`` takes it: a generator it does not."""
        return not (isinstance(self.value, facts.Comprehension) and self.value.kind == "generator")


def snapshots(project: Project, paths: frozenset[str]) -> Iterator[Snapshot]:
    """Live weights that outlive further training of the network they belong to, each once."""
    if not any(_is_ever_used(project, module) for module in project.modules):
        return
    seen: set[int] = set()
    handing_on = givers(project)
    for word in (*GIVING, *LISTING, *sorted(handing_on)):
        for body in bodies(project, word, paths):
            if id(body.shape) not in seen:
                seen.add(id(body.shape))
                yield from _Reader(project, body, handing_on).found()


def _is_ever_used(project: Project, module: Module) -> bool:
    """Whether a file replaces or saves weights, or names an algorithm that does: nothing comes of what else is kept."""
    names = project.vocabulary.replacing(frozenset()) | project.algorithms.names | LOADS | PUTS | _SAVING
    return not names.isdisjoint(module.facts.mentions) or any(item.name in names for item in module.facts.imports)


class _Reader:
    """One function, or the top level of a module."""

    def __init__(self, project: Project, body: Body, handing_on: frozenset[str]) -> None:
        self._project = project
        self._handing_on = handing_on
        self._body = body
        self._placed = list(place_each(body.shape))
        self._assigned = [each for each in self._placed if isinstance(each.action, facts.Assign)]
        self._trained = TrainedOn(project, body, self._placed)

    def found(self) -> Iterator[Snapshot]:
        told: set[int] = set()
        for placed in self._placed:
            for live, kept in self._kept(placed):
                if id(live.value) not in told:
                    told.add(id(live.value))
                    yield Snapshot(self._body, live.value, live.holder, live.known, kept)

    def _kept(self, placed: Placed) -> Iterator[tuple[_Live, str]]:
        action = placed.action
        for container, value in filled(action):
            for live in self._live(value, placed):
                if self._pool_outlives(placed, container, live) and self._is_taken_out(container, live):
                    yield live, "pool"
        for _, value in kept_arguments(self._project, action, self._body.scope):
            for live in self._live(value, placed):
                if not live.listed:
                    yield live, "pool"
        if isinstance(action, facts.Assign):
            for target, value in pairs(action):
                for live in self._live(value, placed):
                    if isinstance(target, facts.Attribute):
                        if not live.handed_on and self._attribute_outlives(placed, target, live):
                            yield live, "attribute"
                    elif (
                        isinstance(target, facts.Name)
                        and self._variable_outlives(placed, target.id, live)
                        and not (live.listed and not PutBack(self._actions()).into_its_own(target.id, live.holder))
                    ):
                        yield live, "variable"

    # --- what is live ---

    def _live(self, value: facts.Expr, placed: Placed) -> Iterator[_Live]:
        """The calls whose tensors are in a value as they are."""
        gathered = listed(value)
        if gathered is not None and isinstance(gathered.func, facts.Attribute):
            known = self._holder(gathered.func.value)
            if known is not None:
                yield _Live(value, gathered.func.value, known, listed=True)
        elif isinstance(value, facts.Call):
            yield from self._live_call(value, placed)
        elif isinstance(value, (facts.Display, facts.DictDisplay)):
            items = value.items if isinstance(value, facts.Display) else tuple(item for _, item in value.items)
            for item in items:
                yield from self._live(item, placed)
        elif isinstance(value, facts.Comprehension) and _is_plain(value.element) and len(value.clauses) == 1:
            iterable = value.clauses[0].iterable
            func = iterable.func if isinstance(iterable, facts.Call) else None
            if isinstance(func, facts.Attribute) and func.attr in ("items", "values"):
                for live in self._live(func.value, placed):
                    yield live._replace(value=value)
        elif isinstance(value, facts.Walrus):
            yield from self._live(value.value, placed)
        elif isinstance(value, facts.Conditional):
            yield from self._live(value.then, placed)
            yield from self._live(value.orelse, placed)
        elif isinstance(value, facts.Subscript) and not _is_of_optimizer(value.index):
            for live in self._live(value.value, placed):
                yield live._replace(value=value)
        elif isinstance(value, facts.Name) and not isinstance(placed.action, facts.Assign):
            bound = [each for each in self._assigned if binds(each.action, value.id)]
            if len(bound) == 1:
                yield from self._live(_bound_to(bound[0].action, value.id), bound[0])

    def _holder(self, expr: facts.Expr) -> Known | None:
        """The network whose weights are asked for: known here, or by what the calls in view hand over."""
        scope = self._body.scope
        return weights_holder(self._project, expr, scope) or brought(self._project, expr, scope)

    def _live_call(self, call: facts.Call, placed: Placed) -> Iterator[_Live]:
        func = call.func
        if isinstance(func, facts.Attribute) and func.attr in GIVING and not call.arguments:
            known = self._holder(func.value) or composed(self._project, func.value, self._body.scope)
            if known is not None:
                yield _Live(call, func.value, known)
            return
        if isinstance(func, facts.Attribute) and func.attr in self._handing_on and not call.arguments:
            known = self._holder(func.value)
            if known is not None and all(gives(self._project, ref, func.attr) for ref in known.classes):
                yield _Live(call, func.value, known, handed_on=True)
            return
        if isinstance(func, facts.Attribute) and func.attr == "copy" and not call.arguments:
            for live in self._live(func.value, placed):
                yield live._replace(value=call)
            return
        if walk.chain(func) in _SHALLOW and len(call.arguments) == 1:
            for live in self._live(call.arguments[0].value, placed):
                yield live._replace(value=call)
            return
        symbol = self._project.typing.callee(func, self._body.scope)
        if isinstance(symbol, ClassInfo) and not _copies(symbol):
            for argument in call.arguments:
                yield from self._live(argument.value, placed)

    # --- what outlives ---

    def _actions(self) -> list[object]:
        return [each.action for each in self._placed]

    def _is_taken_out(self, container: facts.Expr, live: _Live) -> bool:
        """Whether what was gathered tensor by tensor, and put into a container, goes from there into a network."""
        if not live.listed:
            return True
        klass, name = self._body.scope.klass, walk.chain(container) or ""
        return PutBack(self._actions() if klass is None else actions_of(klass, name)).out_of(name)

    def _pool_outlives(self, placed: Placed, container: facts.Expr, live: _Live) -> bool:
        name = walk.chain(container)
        if name is None or self._is_saved(name):
            return False
        if "." in name:
            return True
        function = self._body.scope.function
        if function is not None and any(p.name == name for p in function.parameters):
            return True
        if function is not None and not self._project.typing.is_local(name, self._body.scope):
            return True  # of the module
        return self._trained.goes_on(placed, live.holder, name)

    def _attribute_outlives(self, placed: Placed, target: facts.Attribute, live: _Live) -> bool:
        name = walk.chain(target)
        if name is None or "." not in name or self._is_made_each_round(live.holder):
            return False
        here = self._variable_outlives(placed, name, live)
        if not here and (self._is_saved(name) or not self._is_read_elsewhere(name)):
            return False
        klass = self._body.scope.klass
        if klass is not None and is_renewed(klass, target.attr, LISTING if live.listed else GIVING):
            return False
        if live.listed:
            return klass is not None and is_put_back(klass, name, live.holder)
        function = self._body.scope.function
        first = function is not None and function.name in _BEGINNINGS
        return self._is_tested(placed) or self._goes_back(name, live, first)

    def _is_made_each_round(self, holder: facts.Expr) -> bool:
        """Whether an attribute of the object gets a new network in each round of a loop, so that none is trained on."""
        klass, function, name = self._body.scope.klass, self._body.scope.function, walk.chain(holder) or ""
        if klass is None or function is None or not function.parameters or name.count(".") != 1:
            return False
        own, _, attr = name.partition(".")
        if own != function.parameters[0].name:
            return False
        makers = {
            fact.name
            for fact in klass.fact.functions.values()
            if any(
                binding.how == "value" and isinstance(binding.expr, facts.Call)
                for binding in self._project.typing.bindings(fact).attributes.get(attr, ())
            )
        }
        return any(
            isinstance(expr, facts.Call)
            and isinstance(expr.func, facts.Attribute)
            and expr.func.attr in makers
            and isinstance(expr.func.value, facts.Name)
            and expr.func.value.id == fact.parameters[0].name
            for fact in klass.fact.functions.values()
            if fact.parameters and not makers.isdisjoint(fact.mentions)
            for each in place_each(fact.body)
            if each.loops
            for expr in walk.expressions(each.action)
        )

    def _variable_outlives(self, placed: Placed, name: str, live: _Live) -> bool:
        line, trained = line_of(placed.action), self._trained.lines(live.holder, name)
        others = self._bound(name, placed)
        uses = [use for use in self._uses(name, placed) if not any(line < bound <= use for bound in others)]
        loop = self._loop_of(placed, trained, live)
        for use in uses:
            if any(line < t < use for t in trained):
                return True
            if loop is None:
                continue
            inside = [t for t in trained if loop.line <= t <= loop.end_line]
            if use > loop.end_line and (self._is_tested(placed) or any(t > line for t in inside)):
                return True
            renewed = any(loop.line <= bound <= use for bound in others)
            if loop.line <= use < line and not renewed and any(t < use or t > line for t in inside):
                return True
        return False

    def _loop_of(self, placed: Placed, trained: list[int], live: _Live) -> Span | None:
        """The innermost loop around the snapshot in which the network is trained."""
        for loop in reversed(placed.loops):
            inside = any(loop.line <= t <= loop.end_line for t in trained)
            if inside and not self._trained.is_bound_in(loop, live.holder):
                return loop
        return None

    def _bound(self, name: str, placed: Placed) -> list[int]:
        """The lines on which a variable or an attribute gets another value."""
        return [line_of(each.action) for each in self._assigned if each is not placed and binds(each.action, name)]

    def _uses(self, name: str, placed: Placed) -> list[int]:
        """The lines on which a variable or an attribute is read for its weights."""
        return [
            expr.span.line
            for each in self._placed
            if each is not placed and not binds(each.action, name) and not _asks_for_none(each.action)
            for expr in walk.expressions(each.action)
            if isinstance(expr, (facts.Name, facts.Attribute)) and walk.chain(expr) == name
        ]

    def _is_saved(self, name: str) -> bool:
        """Whether all that is made of a container is a file or a message."""
        return any(saves(each.action, name) for each in self._placed)

    def _is_read_elsewhere(self, name: str) -> bool:
        """Whether an attribute is read in another function than the one that writes it."""
        attr = name.rpartition(".")[2]
        own = self._body.scope.function
        return any(
            isinstance(expr, facts.Attribute) and expr.attr == attr and not _is_target(action, expr)
            for body in every_body(self._project.modules, self._project.functions, attr)
            if own is None or body.scope.function is not own
            for action in walk.actions(body.shape)
            for expr in walk.expressions(action)
        )

    def _goes_back(self, name: str, live: _Live, anywhere: bool) -> bool:
        """Whether the attribute is loaded into the network that it came from, or into any."""
        attr, own = name.rpartition(".")[2], walk.chain(live.holder)
        return own is not None and any(
            isinstance(expr, facts.Call)
            and isinstance(expr.func, facts.Attribute)
            and expr.func.attr in LOADS
            and (anywhere or is_same(walk.chain(expr.func.value) or "", own))
            and any(isinstance(a.value, facts.Attribute) and a.value.attr == attr for a in expr.arguments)
            for function in self._project.functions
            if attr in function.fact.mentions and function.klass is self._body.scope.klass
            for action in walk.actions(function.fact.body)
            for expr in walk.expressions(action)
        )

    def _is_tested(self, placed: Placed) -> bool:
        return placed.conditional >= 0


class _Live(NamedTuple):
    value: facts.Expr
    holder: facts.Expr
    known: Known
    handed_on: bool = False
    """Whether a method in view gives them: what an attribute gets by one may be what others are to be sent next."""
    listed: bool = False
    """Whether they were gathered tensor by tensor, as they are for an optimizer too."""


def _bound_to(action: object, name: str) -> facts.Expr:
    assert isinstance(action, facts.Assign)
    return next(value for target, value in pairs(action) if isinstance(target, facts.Name) and target.id == name)


def _asks_for_none(action: object) -> bool:
    return isinstance(action, facts.Operation) and action.op in ("is", "is not")


def _is_target(action: object, expr: facts.Expr) -> bool:
    return isinstance(action, facts.Assign) and any(target is expr for target in action.targets)


def _is_of_optimizer(index: facts.Expr) -> bool:
    return isinstance(index, facts.Constant) and "optim" in str(index.value)


def _is_plain(element: facts.Expr) -> bool:
    """Whether an element of a comprehension is a tensor as it is: ``v``, ``v.detach()`` or ``v.data``."""
    if isinstance(element, facts.Call) and isinstance(element.func, facts.Attribute):
        return element.func.attr == "detach" and not element.arguments and _is_plain(element.func.value)
    if isinstance(element, facts.Attribute):
        return element.attr == "data" and _is_plain(element.value)
    return isinstance(element, facts.Name)


def _copies(klass: ClassInfo) -> bool:
    return any(function.mentions & COPIES for function in klass.fact.functions.values())
