"""The rows of the vocabulary and their strict reading from TOML tables."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar

Recurrent = Literal["yes", "no", "unknown"]
Strength = Literal["proven", "inferred", "unknown"]
Applies = Literal["safe", "unsafe", "display"]
Verified = Literal["", "read", "run"]
Kind = Literal[
    "algorithm", "policy", "module", "container", "callback", "optimizer", "env", "mixin", "agent", "actor", "session",
]


class VocabularyError(ValueError):
    """A vocabulary table that does not follow the schema; the message names table, key and the nearest key."""


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the argument is anything but ``value`` as a literal; an argument that is absent counts as absent.

    As ``recurrent_if`` the value may be a pattern in lower case, ``*lstm*``, for names in text and for classes.
    """

    argument: str
    position: int
    value: bool | int | str

    @property
    def is_pattern(self) -> bool:
        """Whether the value is one."""
        return isinstance(self.value, str) and "*" in self.value


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """One argument of a call, by keyword or by position from 0 (self not counted); ``key``: an item of that dict."""

    argument: str
    position: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """True while an attribute has a value; until something in view says so, it has ``default``."""

    attribute: str
    value: bool
    default: bool


@dataclass(frozen=True, slots=True)
class StateArgument:
    """A call that takes a state and returns the next one as item ``result`` of its result (-1: the result itself).

    ``items`` is how many there are, if there are more than that and two. With a ``key`` it is under that key of the
    dict that the call returns; ``in_place`` says that the call writes the next state into what it was given.
    ``none_is_initial``: whether None for it means to start anew.
    """

    argument: str
    position: int
    result: int
    mask: str = ""
    mask_position: int = -1
    items: int = 0
    key: str = ""
    in_place: bool = False
    none_is_initial: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class StateRow:
    """An attribute that carries recurrent state between calls, and the attribute whose weights drive it.

    Both may be ways of several attributes: ``rnn.hidden_state``. ``strength`` is how sure it is that an object of the
    class has such a state at all: where its network comes out of a configuration, it is ``inferred`` (a warning) or
    ``unknown`` (a note). ``assigned``: what another attribute is assigned for the state to start anew. ``only_with``:
    there is such a state only where the file, or one that it imports, has one of these names in it. ``only_when``:
    calls leave it alone otherwise. ``if_recurrent``: there is such a state only where what drives it is seen to hold a
    recurrent network. ``where`` and ``where_not``: only where the file, or one that it imports, gives a keyword or a
    key of a dict this value (or one that is no literal), and none of those. What is not seen is no finding.
    """

    slot: str
    driven_by: str = ""
    none_is_initial: bool = True
    assigned: Mapping[str, Literal["ones", "none"]] | None = None
    strength: Strength = "proven"
    only_with: tuple[str, ...] = ()
    only_when: AttributeRow | None = None
    if_recurrent: bool = False
    where: Mapping[str, bool | int | str] | None = None
    where_not: Mapping[str, bool | int | str] | None = None
    versions: str = ""


@dataclass(frozen=True, slots=True)
class ResetRow:
    """How a reset is written: lines with ``{receiver}`` and ``{indent}`` (one level), and whether ``--fix`` may."""

    lines: tuple[str, ...]
    applies: Applies


@dataclass(frozen=True, slots=True)
class MethodRow:
    """What a method does to the object it is called on; ``replaces`` is an attribute path, "" the object itself.

    ``sync``: the new weights come from the learner in small steps, whatever the arguments. ``resets`` holds unless the
    condition is met, and with ``only_without`` only where that argument is absent or None: given, it says which of
    many states are reset; with ``resets_with`` only where one of these arguments has that value, ``"given"`` standing
    for any but None. ``resets_where``: the state is reset on paths where one of these arguments is true.
    ``fresh_after``: with this argument it leaves the initial state behind. A call may do several things, in this order:
    replace, reset, use, advance. ``__call__`` stands for calling the object, ``__iter__`` for a loop over it.
    ``returns``: the attribute path of the object that the call gives; ``makes``: the class of the new one;
    ``returns_none``: it gives None, so that ``or`` goes on behind it and ``and`` does not. ``common``:
    unrelated classes have a method of this name too, so it makes a file worth reading only where a file imports the
    library. ``on``: what it resets, uses and advances are the states of the object at that attribute path. ``within``:
    what attributes are while the call heads a ``with`` block. ``trains``: it trains the object now and then, though its
    name does not say so. ``versions``: where the name exists.
    """

    name: str
    replaces: str | None = None
    resets: bool = False
    unless: Condition | None = None
    only_without: ArgumentRow | None = None
    resets_where: tuple[ArgumentRow, ...] = ()
    resets_with: tuple[Condition, ...] = ()
    fresh_after: ArgumentRow | None = None
    uses: bool = False
    advances: bool = False
    state: StateArgument | None = None
    driven_by: str = ""
    sync: bool = False
    harmless_keys: tuple[str, ...] = ()
    returns: str | None = None
    makes: str = ""
    returns_none: bool = False
    common: bool = False
    on: str = ""
    trains: bool = False
    within: Mapping[str, bool] | None = None
    versions: str = ""


@dataclass(frozen=True, slots=True)
class HandedRow:
    """The object that a library hands to hooks, at ``position`` (self not counted): of class ``of``, and the first
    argument of a method ``by``."""

    position: int
    of: str
    by: str


@dataclass(frozen=True, slots=True)
class HookRow:
    """A method that the library calls, and those that it calls next.

    These are methods of the object that a method of a callback is handed, or of the object itself where it is none.
    """

    name: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassRow:
    """How a library goes through its data: ``step`` is handed the number of the round at ``position`` (self not
    counted), which is 0 after ``start``. Where a call has the argument ``within``, and not the literal ``unless``, the
    methods that it calls besides come in the midst of a pass.
    """

    start: str
    step: str
    position: int
    within: str
    unless: bool | int | str
    besides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FragmentsRow:
    """Hooks of a callback between two fragments of a rollout, in mid-episode: ``here`` where episodes are sampled, and
    ``elsewhere``, whose methods ``by`` run functions there, or ``spread`` the weights that a policy has here. States
    are carried over as far as ``where`` and ``where_not`` say so of the settings; a recurrent network in view is enough
    instead of the former. The hooks ``of_one`` come where an episode of one environment begins or ends: others that
    share its policy are in mid-episode, where one of the settings ``many`` is more than one.
    """

    here: tuple[str, ...]
    elsewhere: tuple[str, ...]
    by: tuple[str, ...]
    where: Mapping[str, bool | int | str]
    where_not: Mapping[str, bool | int | str]
    spread: tuple[str, ...] = ()
    of_one: tuple[str, ...] = ()
    many: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class ClassRow:
    """A class under every name it is importable by, the first being the canonical one.

    An ``actor`` acts in a process of its own with weights that a learner shares: where a learner of a project that uses
    the library takes over another member's weights, its states go stale. A ``session`` is what a script keeps that is
    run from top to bottom again and again, by attributes or by keys; ``instances`` are the import paths of such objects
    that the library has. ``recurrent_if``: the argument of the constructor that decides; with that literal an object is
    recurrent, without the argument it is not, and with anything but a literal it may be. ``stateless_if``: with that
    literal it carries nothing from one call to the next. ``keeps``: attributes that hold an argument of the
    constructor. ``calls``: arguments of it that are functions, which its methods call between the steps that they make.
    ``unmasked``: its ``forward`` is called step after step, and nothing that it is given says where an episode ends.
    ``resets_itself``: its ``step`` begins a new episode where one has ended. ``first_hooks``: the methods of a subclass
    that the library calls on a new object before anything else, unless the subclass has the method
    ``first_hooks_unless``. ``handed``:
    what the methods under ``hook`` are handed. ``passes``: what comes between these on an object that the library
    trains. ``forks``: the names under which copies of the library have the class,
    in packages that the vocabulary does not know and whose source is not at hand. ``reset``: how to reset an object;
    without it, a method that resets and does nothing else is called. ``aliases``: names that an attribute had in other
    versions, and the one it goes by here. ``verified``: whether somebody ran it or read it, on the version of the
    library that the table names. A name with a bracket behind it, ``lib.Model(configured)``, is no import path: it is
    for ``attributes``, ``bases`` and ``makes``, to say what is known of an object whose making is not seen, or what
    several classes have in common.
    """

    names: tuple[str, ...]
    kind: Kind
    recurrent: Recurrent
    recurrent_if: Condition | None = None
    stateless_if: Condition | None = None
    bases: tuple[str, ...] = ()
    attributes: Mapping[str, str] | None = None
    keeps: Mapping[str, ArgumentRow] | None = None
    aliases: Mapping[str, str] | None = None
    calls: tuple[str, ...] = ()
    builders: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    downstream: tuple[str, ...] = ()
    unmasked: bool = False
    resets_itself: bool = False
    steps_in: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    futile_resets_in: tuple[str, ...] = ()
    trains_after: tuple[str, ...] = ()
    last_hooks: tuple[str, ...] = ()
    first_hooks: tuple[str, ...] = ()
    first_hooks_unless: str = ""
    handed: HandedRow | None = None
    passes: PassRow | None = None
    fragments: FragmentsRow | None = None
    forks: tuple[str, ...] = ()
    inline_reset: tuple[str, ...] = ()
    reset: ResetRow | None = None
    versions: str = ""
    verified: Verified = ""
    note: str = ""
    state: tuple[StateRow, ...] = ()
    method: tuple[MethodRow, ...] = ()
    hook: tuple[HookRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function under every name it is importable by.

    ``makes``: the class of the object that it gives. ``steps``: the object whose states it uses and advances, and
    ``anew_without`` the argument without which, or with None for it, it begins with the initial states. ``fills``: the
    collection or the tensor whose items are others afterwards, as what another process sends; with ``fills_from``, only
    where that argument is given, is not the literal and is not named as the one that trains. ``calls``: the module that
    it runs with the weights in ``source``, and ``given`` what it hands it, one value or a tuple of them. ``once``: what
    it decorates runs once, in all runs of a script too, and gives one and the same object each time.
    """

    names: tuple[str, ...]
    replaces: ArgumentRow | None = None
    source: ArgumentRow | None = None
    resets: ArgumentRow | None = None
    sync_unless: Condition | None = None
    copies: int | None = None
    harmless: bool = False
    makes: str = ""
    steps: ArgumentRow | None = None
    anew_without: ArgumentRow | None = None
    fills: ArgumentRow | None = None
    fills_from: Condition | None = None
    calls: ArgumentRow | None = None
    given: ArgumentRow | None = None
    once: bool = False
    versions: str = ""
    verified: Verified = ""


@dataclass(frozen=True, slots=True)
class LibraryTable:
    """One vocabulary file: a ``library`` by its usual name, its PyPI ``package`` and the ``version`` looked at."""

    library: str
    package: str = ""
    version: str = ""
    note: str = ""
    klass: tuple[ClassRow, ...] = ()
    function: tuple[FunctionRow, ...] = ()


T = TypeVar("T")
# Fields whose key is a word that Python keeps for itself.
_KEYWORDS = {"klass": "class"}


def read_table(row: type[T], table: Mapping[str, Any], where: str) -> T:
    """One row of type ``row`` from a TOML table; unknown keys and wrong types raise VocabularyError."""
    hints, known = _schema(typing.cast("Any", row))
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(sorted(known))}"
            raise VocabularyError(f"{where}: unknown key {key!r}{hint}")
        name = known[key].name
        values[name] = _convert(hints[name], value, f"{where}.{key}")
    for key, field in known.items():
        if field.name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise VocabularyError(f"{where}: missing key {key!r}")
    return row(**values)


@cache
def _schema(row: type[Any]) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """The types of a row's fields by name, and the fields by key."""
    return typing.get_type_hints(row), {_KEYWORDS.get(field.name, field.name): field for field in fields(row)}


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        chosen = [a for a in arguments if a is not type(None)]
        if len(chosen) > 1:
            return _expect(tuple(chosen), value, where)
        return _convert(chosen[0], value, where)
    if origin is Literal:
        if value not in arguments:
            raise VocabularyError(f"{where}: {value!r} is not one of {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple:
        _expect((list,), value, where)
        return tuple(_convert(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        _expect((dict,), value, where)
        return {str(k): _convert(arguments[1], v, f"{where}.{k}") for k, v in value.items()}
    if is_dataclass(hint):
        _expect((dict,), value, where)
        return read_table(typing.cast("type[Any]", hint), value, where)
    return _expect((hint,), value, where)


def _expect(kinds: tuple[type, ...], value: Any, where: str) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise VocabularyError(f"{where}: expected {wanted}, got {type(value).__name__}")
    return value
