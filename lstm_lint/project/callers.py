"""Who may call whom, by name alone: cheap, and wide enough to say what can matter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.bound_methods import BoundMethods
from lstm_lint.project.called_on import PLAIN, CalledOn
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.conversions import Conversions
from lstm_lint.project.handing import is_hook, running_later
from lstm_lint.project.inference import Typing
from lstm_lint.project.listeners import Listeners
from lstm_lint.project.rebinding import carries_on, computing, feeds_back, hands_on, plays, rebinds, steps_worlds
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.replacing import ASSIGNED, replaces
from lstm_lint.project.rounds import Rounds
from lstm_lint.project.swapping import acting, swaps
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module, Symbols
from lstm_lint.project.types import Scope, Types
from lstm_lint.project.uses import Uses, uses_of
from lstm_lint.project.written_into import written_into
from lstm_lint.vocabulary.names import looks_like_state

STATE_WORDS = re.compile(
    r"(?i:hidden|rnn|lstm|gru|recurrent|state|memory|carry)|(^|_)(h|c|hx|cx|hc|hs|core|context)(_|$)"
)
# `self.hidden_size = hidden_size` and `self.fc_h = nn.Linear(...)` are what constructors of networks say.
_SIZE_OR_LAYER = re.compile(
    r"_(size|dim|dims|units|layers|shape|width|features|channels|n)s?$|^(fc|linear|proj)_", re.IGNORECASE
)
RESETTING = re.compile(r"(reset|clear|zero|init|forget)\w*(lstm|rnn|gru|hidden|state|memory|recurrent)", re.IGNORECASE)
SHORT = 12
"""So many actions are cheaper run than thought about."""


class Callers:
    """Names that functions use, and what follows from them."""

    def __init__(
        self,
        functions: Sequence[FunctionInfo],
        modules: Sequence[Module],
        symbols: Symbols,
        classes: Classes,
        typing: Typing,
        recurrence: Recurrence,
        library: bool = False,
    ) -> None:
        self._library = library
        self._functions = functions
        self._modules = modules
        self._constructing: dict[FunctionInfo, bool] = {}
        self._typing = typing
        self._recurrence = recurrence
        self._called_on = CalledOn(symbols, typing, functions, modules)
        self._mattering: set[FunctionInfo] | None = None
        self._symbols = symbols
        self._classes = classes
        self._uses: dict[FunctionInfo, Uses] = {}
        self._computing = {module: computing(module.facts.imports) for module in modules}
        self._plain: dict[str, list[FunctionInfo]] = defaultdict(list)
        self._own: dict[str, list[FunctionInfo]] = defaultdict(list)
        self._other: dict[str, list[FunctionInfo]] = defaultdict(list)
        for function in functions:
            uses = self._uses[function] = uses_of(function.fact)
            for table, names in ((self._plain, uses.plain), (self._own, uses.own), (self._other, uses.other)):
                for name in names:
                    table[name].append(function)
        self._rounds = Rounds(symbols, classes, self.is_replacing)
        self._conversions = Conversions(symbols, classes, self._uses, STATE_WORDS)
        self._listeners = Listeners(functions, modules)

    def of(self, function: FunctionInfo) -> Iterator[FunctionInfo]:
        """Every function that may call this one, as far as names and the class hierarchy tell."""
        yield from self._listeners.calling(function.fact.name)
        name, klass = function.fact.name, function.klass
        if klass is None:
            for user in self._plain.get(name, ()):
                found = self._symbols.resolve(user.module, name)
                if found is function or user.module is function.module:
                    yield user
            for user in self._other.get(name, ()):
                if any(types is None or not types for types in self._called_on.of(user, name)):
                    yield user
        elif name in ("__init__", "__post_init__", "__new__"):
            yield from self._plain.get(klass.fact.name, ())
            yield from self._other.get(klass.fact.name, ())
        elif name in ("forward", "__call__"):
            return
        elif is_hook(self._classes, function) and klass.fact.name in self._plain:
            yield from self._plain[klass.fact.name]  # whoever makes the object hands it to what calls that
        else:
            for user in self._own.get(name, ()):
                if user.klass is None or self._related(user.klass, klass):
                    yield user
            for user in self._other.get(name, ()):
                if any(self._fits(types, klass) for types in self._called_on.of(user, name)):
                    yield user

    def only_constructing(self, function: FunctionInfo) -> bool:
        """Whether nothing but the constructor of its class, or what only that calls, calls a method."""
        found = self._constructing.get(function)
        if found is None:
            self._constructing[function] = False  # a cycle is entered from somewhere else
            found = self._constructing[function] = self._is_constructing(function)
        return found

    def _is_constructing(self, function: FunctionInfo) -> bool:
        if function.klass is None or function.fact.name in self._at_top:
            return False
        users = list(self.of(function))
        return bool(users) and all(
            user.klass is not None
            and self._related(user.klass, function.klass)
            and function.fact.name not in self._uses[user].handed | self._uses[user].later
            and (user.fact.name in ("__init__", "__post_init__") or self.only_constructing(user))
            for user in users
        )

    def is_at_top(self, name: str) -> bool:
        """Whether code outside functions reads an attribute, or a function, of this name."""
        return name in self._at_top

    def names_anywhere(self, name: str) -> bool:
        """Whether some file of the project has this name in it."""
        return name in self.mentioned

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Every name that some file of the project has in it."""
        return frozenset().union(*(module.facts.mentions for module in self._modules))

    @cached_property
    def stepping(self) -> frozenset[str]:
        """The methods that step a policy of a class that some file names, or has a copy of."""
        table = self._classes.vocabulary.stepping
        above = (base for klass in self._classes.all for base in self._classes.lineage(klass) if isinstance(base, str))
        named = self.mentioned | {base.rpartition(".")[2] for base in above}
        return frozenset(name for name, classes in table.items() if not named.isdisjoint(classes))

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The top-level packages that some file imports."""
        return frozenset(
            item.module.partition(".")[0] for module in self._modules for item in module.facts.imports if not item.level
        )

    @cached_property
    def _acting(self) -> frozenset[str]:
        """The methods of imported libraries that do something to a state by themselves."""
        return frozenset(
            method.name
            for name, row in self._classes.vocabulary.classes.items()
            if name.partition(".")[0] in self._imported
            for method in row.method
            if method.uses or method.advances or method.resets
        )

    @cached_property
    def _at_top(self) -> frozenset[str]:
        """The attributes that code outside functions reads, and the functions that it calls."""
        found: set[str] = set()
        for module in self._modules:
            for action in walk.actions(module.facts.body):
                for expr in walk.expressions(action):
                    if isinstance(expr, facts.Attribute) and not self._called_on.is_module(expr.value, Scope(module)):
                        found.add(expr.attr)
                    elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Name):
                        found.add(expr.func.id)
        return frozenset(found)

    def _fits(self, types: Types | None, klass: ClassInfo) -> bool:
        """Whether a receiver of these types may be an instance of the class; None is a module, empty is unknown."""
        if types is None:
            return False
        return not types or any(t.ref is klass or self._related_ref(t.ref, klass) for t in types)

    def _related_ref(self, ref: ClassRef, klass: ClassInfo) -> bool:
        return ref in self._classes.lineage(klass) or (isinstance(ref, ClassInfo) and self._related(ref, klass))

    def matters(self, function: FunctionInfo) -> bool:
        """Whether running a function can change, use or replace anything that a state depends on, or it is short."""
        return self.concerns(function) or _size(function.fact.body) <= SHORT

    def concerns(self, function: FunctionInfo) -> bool:
        """The same of a function however short it is."""
        if self._mattering is None:
            held = {f for f in self._functions if self._holds_state(f)}
            self._mattering = self.leading_to(self.hot()[0] | held | self.playing())
        return function in self._mattering

    def converts(self, function: FunctionInfo, again: bool) -> bool:
        """Whether running a function on data would tell nothing that its name does not; ``again``: it runs already.

        One that calls others is not short, however few its own actions are, nor is one that calls itself.
        """
        return self._conversions.size(function) > (0 if again else SHORT)

    def reloads(self, function: FunctionInfo) -> bool:
        """Whether a function replaces weights in a loop of its own, which steps what has them in the next round."""
        return self._rounds.reloads(function)

    def is_replacing(self, function: FunctionInfo) -> bool:
        """Whether a function itself calls what replaces weights."""
        names = self._classes.vocabulary.replacing(self._imported)
        return not names.isdisjoint(function.fact.mentions) and replaces(function.fact.body, names)

    def _holds_state(self, function: FunctionInfo) -> bool:
        if function.klass is not None and self._recurrence.takes_part(function.klass, function.fact.name):
            return True
        acting = self._acting & self._uses[function].other
        if any(_is_object(types) for name in acting for types in self._called_on.of(function, name)):
            return True
        if any(map(_names_a_state, self._uses[function].stored)) or feeds_back(function.fact):
            return True
        if self._advanced_in.get(function):
            return True
        return not self._library and hands_on(function.fact, self._computing[function.module])

    def _related(self, one: ClassInfo, other: ClassInfo) -> bool:
        if one in self._classes.lineage(other) or other in self._classes.lineage(one):
            return True
        both = set(self._classes.subclasses(one)) & set(self._classes.subclasses(other))
        return bool(both)

    def may_keep_state(self, klass: ClassInfo) -> bool:
        """Whether a method that the class itself defines stores something under the name of a state."""
        infos = (self._symbols.function_info(klass.module, klass, fact) for fact in klass.fact.functions.values())
        return any(_names_a_state(name) for info in infos for name in self._uses[info].stored)

    def entries(self, klass: ClassInfo, methods: Sequence[FunctionInfo]) -> list[FunctionInfo]:
        """The methods that may be the first to be called from outside: all but those only the class itself calls."""
        found = []
        for method in methods:
            name = method.fact.name
            if name in ("__init__", "__post_init__"):
                continue
            users = [user for user in self._own.get(name, ()) if user.klass and self._related(user.klass, klass)]
            handed = any(name in self._uses[user].handed | self._uses[user].later for user in users)
            if not users or handed or self._other.get(name) or name.startswith("__"):
                found.append(method)
        return found

    def fills(self, method: FunctionInfo) -> bool:
        """Whether a method puts something in what may be a state, by its name, of its object."""
        return not method.fact.name.startswith("__") and any(map(looks_like_state, self._uses[method].stored))

    def touching(
        self,
        klass: ClassInfo,
        methods: Sequence[FunctionInfo],
        may_be_slot: Callable[[ClassInfo, str], bool],
        filling: frozenset[str],
    ) -> list[FunctionInfo]:
        """The methods that store something in what may be a slot, and those of the class that call them.

        ``filling`` are methods of other objects that do so for them.
        """
        found = {
            method
            for method in methods
            if method.fact.name not in ("__init__", "__post_init__")
            and (
                any(may_be_slot(klass, attr) for attr in self._uses[method].stored)
                or not self._uses[method].other.isdisjoint(filling)
            )
        }
        while True:
            names = {method.fact.name for method in found}
            more = {m for m in methods if m not in found and self._uses[m].own & names and m.fact.name != "__init__"}
            if not more:
                return [method for method in methods if method in found]
            found |= more

    def leading_to(self, wanted: set[FunctionInfo]) -> set[FunctionInfo]:
        """These functions and everyone who may call them, however indirectly."""
        found: set[FunctionInfo] = set()
        todo = list(wanted)
        while todo:
            function = todo.pop()
            if function not in found:
                found.add(function)
                todo.extend(self.of(function))
        return found

    def hot(self) -> tuple[set[FunctionInfo], frozenset[str]]:
        """Every function that replaces weights or may call, however indirectly, one that does; and all their names."""
        seeds = self._classes.vocabulary.writing(self._imported) | self.stepping | self.bound_methods.attributes
        candidates = ASSIGNED | seeds
        found = self.leading_to(
            {
                f
                for f in self._functions
                if (f.fact.mentions & candidates and replaces(f.fact.body, seeds))
                or rebinds(f.fact.body, self._computing[f.module])
                or (not self._library and plays(f.fact.body, f.fact.mentions, self._computing[f.module]))
                or self.swaps(f)
            }
        )
        names = {f.klass.fact.name if f.fact.name == "__init__" and f.klass else f.fact.name for f in found}
        return found, frozenset(name for name in names if not name.startswith("__")) | seeds

    @cached_property
    def bound_methods(self) -> BoundMethods:
        """The methods that replace weights and are kept under another name."""
        names = self._classes.vocabulary.replacing(self._imported)
        return BoundMethods(self._functions, names, self._classes, self._typing)

    def swaps(self, function: FunctionInfo) -> bool:
        """Whether a function, or a program, puts another object in the place of one that advances a state beside it."""
        return not function.fact.mentions.isdisjoint(self._acted_by) and swaps(function.fact, self._acted_by)

    @cached_property
    def _acted_by(self) -> frozenset[str]:
        """The attributes that hold what advances a state beside it."""
        return frozenset().union(*self._advanced_in.values())

    @cached_property
    def _advanced_in(self) -> dict[FunctionInfo, frozenset[str]]:
        """The same by function; a library's classes are known by their rows."""
        if self._library:
            return {}
        steps = (f for f in self._functions if f.fact.name != "__init__")  # which runs once
        return {f: acting(f.fact, self._uses[f].stored, self._computing[f.module]) for f in steps}

    @cached_property
    def _carriers(self) -> frozenset[FunctionInfo]:
        """Functions that carry a state in an attribute or a module variable, and everyone who may call them."""
        own = {f for f in self._functions if carries_on(f.fact)}
        return frozenset(self.leading_to(own)) if own else frozenset()

    @cached_property
    def carrying(self) -> frozenset[str]:
        """The names of the functions that may carry a state from one call to the next."""
        return frozenset(f.fact.name for f in self._carriers if not f.fact.name.startswith("__"))

    @cached_property
    def called_as_objects(self) -> bool:
        """Whether objects carry a state from one call of themselves to the next: no name says who calls them."""
        return any(f.fact.name in ("forward", "__call__") for f in self._carriers)

    def playing(self) -> set[FunctionInfo]:
        """Functions that play an environment, and may call one that carries a state."""
        candidates = self._functions if self.called_as_objects or self._advancing else self._carriers
        return {
            f
            for f in candidates
            if steps_worlds(f.fact.mentions)
            and (self.called_as_objects or f in self._carriers or not self._advancing.isdisjoint(f.fact.mentions))
        }

    @cached_property
    def _advancing(self) -> frozenset[str]:
        """The names of the methods that put the next state into what they are handed."""
        found = {f.fact.name for f in self._functions if f.klass is not None and written_into(f.fact)}
        return frozenset(name for name in found if name != "forward" and not name.startswith("__"))

    def running_later(self, hot: set[FunctionInfo], names: frozenset[str]) -> set[FunctionInfo]:
        """Methods that may run functions which the constructor of their object has kept or handed on."""
        return running_later(self._classes, self._uses, self._carriers, hot, names)

    def resetting(self) -> set[FunctionInfo]:
        """Functions that name a state which an algorithm has by its rows, and hooks of callbacks that may reset one."""
        found = set()
        for function in self._functions:
            mentions = function.fact.mentions
            hook = function.klass is not None and any(
                function.fact.name in row.futile_resets_in for row in self._classes.rows(function.klass)
            )
            if not mentions.isdisjoint(self.slots) or (hook and any(RESETTING.search(name) for name in mentions)):
                found.add(function)
        return found

    @cached_property
    def slots(self) -> frozenset[str]:
        """The attributes in which algorithms of the vocabulary keep a state, and those that wipe it."""
        states = [s for row in self._classes.vocabulary.classes.values() if row.kind == "algorithm" for s in row.state]
        return frozenset(name for state in states for name in (state.slot, *(state.assigned or ())))


def _is_object(types: Types | None) -> bool:
    """Whether what a method is called on may be an object of a library, and is no module: ``random.sample(…)``."""
    return types is not None and types != PLAIN


def _size(body: Shape) -> int:
    return sum(1 for _ in walk.actions(body))


def _names_a_state(name: str) -> bool:
    return STATE_WORDS.search(name) is not None and _SIZE_OR_LAYER.search(name) is None
