"""All facts of a project linked: what names mean, the class hierarchy, types, and who is recurrent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.project.aliases import Aliases
from lstm_lint.project.annotations import Annotations
from lstm_lint.project.asked import Asked
from lstm_lint.project.averaged import averaged
from lstm_lint.project.averages import Averages
from lstm_lint.project.bodies import top_level
from lstm_lint.project.buffers import Buffers
from lstm_lint.project.callbacks import Callbacks
from lstm_lint.project.callers import Callers
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.commands import Commands
from lstm_lint.project.constructed import Constructed
from lstm_lint.project.counters import Counters
from lstm_lint.project.ducks import Ducks
from lstm_lint.project.fillings import Fillings
from lstm_lint.project.first_rounds import FirstRounds
from lstm_lint.project.frameworks import Frameworks
from lstm_lint.project.given import Given
from lstm_lint.project.handed import Handed
from lstm_lint.project.hooks import Hooks
from lstm_lint.project.in_step import InStep
from lstm_lint.project.in_view import InView
from lstm_lint.project.inference import Typing
from lstm_lint.project.kinds import Kinds
from lstm_lint.project.made_by_itself import MadeByItself
from lstm_lint.project.members import Members
from lstm_lint.project.memories import Memories
from lstm_lint.project.moved import Moved
from lstm_lint.project.newborn import Newborn
from lstm_lint.project.once import Once
from lstm_lint.project.own_memories import OwnMemories
from lstm_lint.project.passed import Passed
from lstm_lint.project.queues import Queues
from lstm_lint.project.reach import connected
from lstm_lint.project.recurrence import Algorithms, Recurrence
from lstm_lint.project.registries import Registries
from lstm_lint.project.remote import told_in_training
from lstm_lint.project.rolling import ANY, rolled_over
from lstm_lint.project.shelved import Shelved
from lstm_lint.project.stamps import Stamps
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module, Symbols
from lstm_lint.project.types import Type, Types
from lstm_lint.project.unmasked import unmasked
from lstm_lint.project.unread import Unread, unread
from lstm_lint.project.wording import Wording
from lstm_lint.project.words import Words
from lstm_lint.vocabulary import Vocabulary

__all__ = ["ClassInfo", "ClassRef", "FunctionInfo", "Module", "Project", "Type", "Types", "link"]


class Project:
    """The index that the analysis asks; nothing in it depends on control flow."""

    def __init__(
        self,
        modules: Sequence[Module],
        vocabulary: Vocabulary,
        settings: object,
        parse: Callable[[str], facts.Expr | None],
        library: bool = False,
    ) -> None:
        self.library = library
        """Whether this is a file of a library that the vocabulary speaks for: what it keeps is what the rows say."""
        self.modules = tuple(modules)
        self.vocabulary = vocabulary
        self.settings = settings
        by_name = {module.name: module for module in modules}
        self.symbols = Symbols(by_name, vocabulary)
        self.functions: list[FunctionInfo] = []
        infos: list[ClassInfo] = []
        for module in modules:
            for klass, function in _definitions(module, self.symbols):
                if function is not None:
                    self.functions.append(function)
                elif klass is not None:
                    infos.append(klass)
        self.classes = Classes(self.symbols, vocabulary, infos)
        annotations = Annotations(self.symbols, self.classes, parse)
        registries = Registries(self.modules, self.symbols, self.classes, annotations)
        self.typing = Typing(self.symbols, self.classes, registries, annotations)
        self.own_memories = OwnMemories(self.classes)
        self.recurrence = Recurrence(self.classes, self.typing, self.own_memories, library)
        self.algorithms = Algorithms(self.modules, self.classes, self.typing)
        self.callers = Callers(
            self.functions, self.modules, self.symbols, self.classes, self.typing, self.recurrence, library
        )
        self.newborn = Newborn(self.callers, self.typing)
        self.ducks = Ducks(self.classes, self.typing)
        self.words = Words(self.classes, self.typing)
        self.memories = Memories(self.classes)
        self.moved = Moved(self.classes, self.typing, self.recurrence)
        self.wording = Wording(self.functions)
        self.members = Members(self.functions)
        self.given = Given(self.modules)
        self.buffers = Buffers(self)
        told = not library and not self.callers.mentioned.isdisjoint(_last_names(vocabulary))
        self.constructed = Constructed(self.modules, self.functions, self.classes, self.typing)
        self.made_by_itself = MadeByItself(self.classes, self.typing)
        self.kinds = Kinds(self.modules, self.functions, self.classes, self.typing, self.recurrence)
        self.once = Once(self.modules, self.functions)
        self.counters = Counters(self.modules, self.functions)
        self.fillings = Fillings(self.modules, self.functions, self.classes)
        self.in_step = InStep(self.modules, self.functions, self.fillings)
        self.first_rounds = FirstRounds()
        self.asked = Asked(self.modules, self.functions, self.typing)
        self.unmasked = tuple(unmasked(self.functions, self.classes, self.typing, self.recurrence)) if told else ()
        self.callbacks = Callbacks(self.modules, self.functions, self.classes, self.typing)
        self.commands = Commands(self.modules, self.functions, self.symbols)
        self.hooks = Hooks(self.modules, self.functions, self.classes, self.typing)
        self.shelved = Shelved(self.modules, self.functions, self.typing)
        self._in_view = InView(self)
        self.programs = top_level(self.modules, self.symbols)
        self.handed = Handed(self.callers, self.typing, self.programs, self.functions)
        self.passed = Passed(self.typing, self.handed, self.constructed)
        self.aliases = Aliases(self.functions, self.handed, self.typing)

    @cached_property
    def unread(self) -> tuple[Unread, ...]:
        """Where a network never reads the state that it is handed."""
        return () if self.library else tuple(unread(self.functions, self.typing, self.recurrence))

    @cached_property
    def queues(self) -> Queues:
        """What is put into queues, by who makes them."""
        return Queues(self)

    @cached_property
    def stamps(self) -> Stamps:
        """The states that bear the stamp of their weights."""
        return Stamps(self.functions, self.callers, self.classes)

    @cached_property
    def frameworks(self) -> Frameworks:
        """What code hands to a web framework."""
        return Frameworks(self.modules, self.functions)

    @cached_property
    def has_sessions(self) -> bool:
        """Whether a script is run again and again, and keeps what a library has for that."""
        names = {name.rpartition(".")[2] for name in self.vocabulary.instances}
        return not self.library and not names.isdisjoint(self.callers.mentioned)

    @cached_property
    def told_in_training(self) -> frozenset[str]:
        """The methods that environments are told to run while a training goes on."""
        return told_in_training(self.modules, self.functions, self.classes, self.typing)

    @cached_property
    def averages(self) -> Averages:
        """What is the average of the weights of several."""
        return Averages(self.functions)

    @cached_property
    def averaged(self) -> frozenset[str]:
        """What the networks are called that get such averages."""
        return averaged((*self.functions, *self.programs), self.averages, self.handed)

    def is_rolled_over(self, attr: str) -> bool:
        """Whether some code moves the last entry of such an attribute to the front, for the next rollout to go on."""
        return attr in self._rolled_over or ANY in self._rolled_over

    @cached_property
    def _rolled_over(self) -> frozenset[str]:
        called = (f for f in self.functions if self.callers.is_at_top(f.fact.name) or any(self.callers.of(f)))
        return rolled_over(called)

    def recurrent_near(self, module: Module, wherever: bool = False) -> bool:
        """Whether something recurrent is in a module, or is taken from one beside it, or from one ``wherever``."""
        return self._in_view.reached(module) if wherever else self._in_view.recurrent(module)

    def network_near(self, module: Module) -> bool:
        """Whether a recurrent network of the project is in a module, or is taken from another one."""
        return self._in_view.network(module)

    def connected(self, paths: frozenset[str]) -> frozenset[str]:
        """The paths of the modules that can have to do with those at ``paths``."""
        return connected(self.modules, self.symbols, paths)

    def assigns(self, ref: ClassRef, attr: str) -> bool:
        """Whether some method of a project class assigns ``self.attr``."""
        return any(
            attr in self.typing.bindings(function).attributes
            for base in self.classes.lineage(ref)
            if isinstance(base, ClassInfo)
            for function in base.fact.functions.values()
        )

    def hands_on(self, ref: ClassRef, attr: str, to: str) -> bool:
        """Whether some method of a project class moves what is in one attribute on: ``self.to = self.attr``."""
        return any(
            isinstance(binding.expr, facts.Attribute) and walk.chain(binding.expr) == f"self.{attr}"
            for base in self.classes.lineage(ref)
            if isinstance(base, ClassInfo)
            for function in base.fact.functions.values()
            for binding in self.typing.bindings(function).attributes.get(to, ())
        )

    def assumes_recurrent(self, path: str, name: str) -> bool:
        """Whether the user said that untyped receivers in this file, or of this name, are recurrent."""
        globs = getattr(self.settings, "assume_recurrent", ())
        return any(fnmatch(path, glob) or fnmatch(name, glob) or fnmatch(path, f"*/{glob}") for glob in globs)


def _last_names(vocabulary: Vocabulary) -> frozenset[str]:
    """The names of the classes whose ``forward`` is told of no episode's end."""
    return frozenset(name.rpartition(".")[2] for name, row in vocabulary.classes.items() if row.unmasked)


def link(
    modules: Sequence[Module],
    vocabulary: Vocabulary,
    settings: object,
    parse: Callable[[str], facts.Expr | None] | None = None,
    library: bool = False,
) -> Project:
    """The project of these modules; ``parse`` reads string annotations."""
    if parse is None:
        from lstm_lint.lower import parse_annotation

        parse = parse_annotation
    return Project(modules, vocabulary, settings, parse, library)


def _definitions(module: Module, symbols: Symbols) -> Iterator[tuple[ClassInfo | None, FunctionInfo | None]]:
    """Every class and function of a module, nested ones too, each once."""
    todo: list[tuple[object, ClassInfo | None]] = [(module.facts.body, None)]
    while todo:
        shape, klass = todo.pop()
        for action in walk.actions(shape):  # type: ignore[arg-type]
            if isinstance(action, facts.Define):
                yield klass, symbols.function_info(module, klass, action.function)
                todo.append((action.function.body, None))
            elif isinstance(action, facts.DefineClass):
                info = symbols.class_info(module, action.klass)
                yield info, None
                todo.append((action.klass.body, info))
