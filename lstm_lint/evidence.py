"""Bytes -> whether files could hold a replacement of weights that makes some recurrent state stale.

Asked twice, the cheap way first: of the bytes, then of the syntax tree of Python's own parser, which takes a twentieth
of the time that lowering does and knows a name in the code from one in a comment.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence

from lstm_lint.feedback import feeds_back, may_feed_back
from lstm_lint.library import can_go_stale
from lstm_lint.syntax import last_name, parts
from lstm_lint.vocabulary import GIVING, WHOLE, Vocabulary, names

_PARAMETERS = b".parameters()"
# How a tensor that came out of ``parameters()`` and its like is written to.
_WRITTEN = re.compile(rb"\b(?:copy_|set_|lerp_|add_|sub_)\b|\.data\b|\[[ \t]*(?::|\.\.\.)[ \t]*\]")
# Receivers of these shapes may be recurrent algorithms whatever their names are.
_ALGORITHM = re.compile(rb"\.policy\b|\b(?:set_parameters|collect_rollouts|predict|learn)\b")
_BUFFER = re.compile(rb"register_buffer\([^\w'\"]*(?:name\s*=\s*)?['\"](\w+)['\"]")
# A name that stands in a variable: what the variable is may be said in another file.
_BUFFERS = re.compile(rb"register_buffer\(\s*(?:name\s*=\s*)?[A-Za-z_]\w*\s*,")
# A network of one's own that is played in an environment, or put into an algorithm that tells it of no episode's end.
_CELL = re.compile(rb"\b(?:LSTM|GRU|RNN)(?:Cell)?\b")
_CELL_WORDS = (b"LSTM", b"GRU", b"RNN")
_CELLS = frozenset({"LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"})
_PLAYED = frozenset({"reset", "step"})
_SERVED = frozenset({"recv", "send"})
_UPDATED = frozenset({"log_prob", "backward"})
_WITHOUT_GRADIENTS = (b"no_grad", b"inference_mode")
_PARTS = (b"BaseFeaturesExtractor", b"ActorCriticPolicy")
_IDENTIFIER = re.compile(rb"[^\W\d]\w*")


_ITSELF = frozenset({"eval", "train", "to", "cpu", "cuda", "requires_grad_", "half", "float", "double"})
"""Methods of a module that return the module."""
_FILLS = frozenset({"add", "append", "appendleft", "extend", "insert", "push", "put", "setdefault", "update"})
_PASSED = frozenset({"state", "episode_start", None})
_WEIGHTS = frozenset({"parameters", "named_parameters", "get_parameters", "buffers", "named_buffers", "state_dict",
                      "get_weights"})  # fmt: skip
_WRITES = frozenset({"copy_", "set_", "lerp_", "add_", "sub_"})
_STRING = re.compile(r"[^\W\d]\w*")


class _Names:
    """The names that code reads and those it writes to, whatever objects they are attributes of."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.stored: set[str] = set()
        self.libraries: set[str] = set()
        """The top-level packages that are imported."""
        self.exchanged = False
        """Whether a variable or an attribute is assigned what may be a whole module."""
        self.whole_items = False
        self.gives = False
        """Whether a module is asked for its tensors."""
        self.writes = False
        self.algorithm = False
        self.feeds_back = False
        """Whether a method reads and writes what may be a state of any name."""
        self.drops = False
        """Whether a loop that runs a network without gradients throws a result away."""

    def add(self, tree: ast.AST) -> None:
        """Take in a module."""
        for node in parts(tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                (self.read if isinstance(node.ctx, ast.Load) else self.stored).add(last_name(node))
                if isinstance(node, ast.Attribute):
                    self._attribute(node)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str) and len(node.value) < 200:
                    # An annotation in quotes, or the name of an attribute.
                    self.read.update(_STRING.findall(node.value))
            elif isinstance(node, ast.alias):
                self.read.add(node.name.rpartition(".")[2])
                self.libraries.add(node.name.partition(".")[0])
            elif isinstance(node, ast.ImportFrom):
                self.libraries.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Subscript):
                self._item(node)
            elif isinstance(node, ast.AugAssign):
                self.read.add(last_name(node.target))
            elif isinstance(node, ast.Assign):
                self.exchanged = self.exchanged or (_may_be_whole(node.value) and any(map(_is_named, node.targets)))
            elif isinstance(node, ast.Return) and node.value is not None:
                self.exchanged = self.exchanged or _reads_whole(node.value)

    def _attribute(self, node: ast.Attribute) -> None:
        loads = node.attr in ("load_state_dict", "load_from_vector") and last_name(node.value) == "policy"
        self.algorithm = self.algorithm or loads or node.attr in ("set_parameters", "learn", "collect_rollouts")

    def _call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self.gives = self.gives or node.func.attr in _WEIGHTS
            self.writes = self.writes or (node.func.attr in _WRITES and bool(node.args))
            if node.func.attr in _FILLS:
                self.stored.add(last_name(node.func.value))
            if node.func.attr == "update":
                self.exchanged = self.exchanged or any(map(_may_be_whole, _updated(node)))
            given = {keyword.arg for keyword in node.keywords}
            self.algorithm = self.algorithm or (node.func.attr == "predict" and not given.isdisjoint(_PASSED))
        elif last_name(node.func) == "setattr" and len(node.args) > 1:
            self.stored.add(str(getattr(node.args[1], "value", "")))
            self.exchanged = self.exchanged or _may_be_whole(node.args[-1])

    def _item(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.stored.add(last_name(node.value))
            self.whole_items = (
                self.whole_items
                or (
                    isinstance(node.slice, ast.Slice) and not any((node.slice.lower, node.slice.upper, node.slice.step))
                )
                or (isinstance(node.slice, ast.Constant) and node.slice.value is ...)
            )


def _updated(call: ast.Call) -> list[ast.expr]:
    """What ``update`` puts into a dict, by keywords or in another one."""
    given = [keyword.value for keyword in call.keywords]
    return given + [value for each in call.args if isinstance(each, ast.Dict) for value in each.values]


def _may_be_whole(value: ast.expr) -> bool:
    """Whether an expression may be a whole module, or one in a tuple: ``torch.load(path)``, ``deepcopy(net)``."""
    if isinstance(value, ast.Tuple):
        return any(map(_may_be_whole, value.elts))
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _ITSELF:
        value = value.func.value
    return isinstance(value, ast.Call) and last_name(value.func) in WHOLE


def _reads_whole(value: ast.expr) -> bool:
    """Whether what a function returns may be a whole module out of a file: ``return torch.load(path).eval()``."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _ITSELF:
        value = value.func.value
    func = value.func if isinstance(value, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "load" and last_name(func.value) in ("torch", "jit")


def _is_named(target: ast.expr) -> bool:
    """Whether a target is a variable, an attribute or an entry of one, or some of these."""
    if isinstance(target, ast.Tuple):
        return any(map(_is_named, target.elts))
    while isinstance(target, ast.Subscript):
        target = target.value
    return bool(last_name(target))


def tells_of_state(data: bytes) -> bool:
    """Whether a source speaks of a state that no replacement has to meet: an algorithm's own, or one in a buffer."""
    if b"_last_lstm_states" in data:
        return True
    if b"register_buffer" not in data:
        return False
    if _BUFFERS.search(data) is not None or holds_a_cell(data):
        return True
    return any(names.looks_like_state(name.decode("utf-8", "replace")) for name in _BUFFER.findall(data))


def copies_tensors(data: bytes) -> bool:
    """Whether a source asks modules for their tensors and writes to something as tensors are written to."""
    return any(word in data for word in GIVING) and _WRITTEN.search(data) is not None


def copies_objects(data: bytes) -> bool:
    """Whether a source copies objects: a copied network may be put in the place of another."""
    return b"deepcopy(" in data


def plays(data: bytes) -> bool:
    """Whether a source names a recurrent cell and resets and steps something, as a loop over episodes does.

    Or it puts the cell into a part of an algorithm that calls it step after step, or updates a policy.
    """
    if loops(data) or (b".log_prob(" in data and b".backward(" in data) or any(word in data for word in _PARTS):
        return _CELL.search(data) is not None
    return False


def loops(data: bytes) -> bool:
    """Whether a source resets and steps something, as a loop over episodes does, or receives and sends in turn."""
    return (b".reset(" in data and b".step(" in data) or (b".recv(" in data and b".send(" in data)


def asks(data: bytes) -> bool:
    """Whether a source runs a network that it does not train there, as whoever acts with one does."""
    return any(word in data for word in _WITHOUT_GRADIENTS)


def _drops_in_a_loop(tree: ast.AST) -> bool:
    """Whether some loop throws away one of several results, as it may the state of a network."""
    loops = (each for each in parts(tree) if isinstance(each, (ast.For, ast.While)))
    return any(_drops(each) for loop in loops for each in parts(loop))


def _drops(node: ast.AST) -> bool:
    """``action, _ = net(x)``, ``action, state = net(x)`` and ``net(x)[0]``."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Call) and isinstance(node.slice, ast.Constant)
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return False
    items = [each for target in node.targets if isinstance(target, ast.Tuple) for each in target.elts]
    named = [last_name(each) for each in items if isinstance(each, ast.Name)]
    return any(not name.strip("_") or names.looks_like_state(name) for name in named)


def holds_a_cell(data: bytes) -> bool:
    """Whether a source names a recurrent cell of torch: the loop that plays it may be in another file."""
    return b"torch" in data and any(word in data for word in _CELL_WORDS) and _CELL.search(data) is not None


class Evidence:
    """What speaks for a stale state: both a replacement that is more than a method's name, and a place to keep a state.

    A state is kept by a class that the vocabulary calls recurrent or stateful, by a receiver shaped like an algorithm,
    or in a variable or attribute whose name looks like a state; the analysis knows no other.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        calls = sorted(word for word in vocabulary.words if word.decode("utf-8", "replace").isidentifier())
        self._replaced = re.compile(rb"(?<!def )\b(?:" + b"|".join(map(re.escape, calls)) + rb")\b")
        self._others = sorted(vocabulary.words - {*calls, _PARAMETERS})
        kept = sorted(name.encode() for name in vocabulary.keeping)
        self._recurrent = re.compile(rb"\b(?:" + b"|".join(map(re.escape, kept)) + rb")\b")
        self._calls = frozenset(word.decode() for word in calls)
        self._kept = vocabulary.keeping
        self._common = vocabulary.common
        self._carried = vocabulary.carried
        self._named = vocabulary.named
        self._writing = vocabulary.writing(frozenset())

    def suffices(self, files: Sequence[bytes], library: bool = False) -> bool:
        """Whether files that can see one another are worth analysing.

        What a ``library`` that the vocabulary speaks for keeps is what the vocabulary says, not what a name looks like.
        """
        data = b"\n".join(files)
        told = not library and any(map(tells_of_state, files))
        if told and (b"_last_lstm_states" in data or self._recurrent.search(data) is not None):
            return True
        played = not library and (plays(data) or (asks(data) and holds_a_cell(data)) or self._is_carried(data))
        return (played or self._is_replaced(data)) and self._is_kept(data, library) and self._in_code(files, library)

    def _is_carried(self, data: bytes) -> bool:
        """Whether a library's policy is asked for actions, and its state handed on, in a loop over episodes."""
        return loops(data) and any(name.encode() in data for name in self._carried)

    def _in_code(self, files: Iterable[bytes], library: bool) -> bool:
        """The same of the names in the code; a file that this Python cannot read may hold anything."""
        found = _Names()
        for data in files:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(data)
                    found.add(tree)
            except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
                return True
            found.feeds_back = found.feeds_back or (not library and may_feed_back(data) and feeds_back(tree))
            found.drops = found.drops or (asks(data) and _drops_in_a_loop(tree))
            part = found.drops or any(found.read >= names for names in (_PLAYED, _SERVED, _UPDATED))
            part = part or any(word.decode() in found.read for word in _PARTS)
            played = not library and part and not found.read.isdisjoint(_CELLS | self._carried)
            if (played or self._replaced_by(found)) and self._kept_by(found, library):
                plain = library and found.libraries.isdisjoint(self._common)
                return not plain or can_go_stale(tree, self._kept, self._writing)
        return False

    def _replaced_by(self, found: _Names) -> bool:
        if found.read & self._calls or "policy" in found.stored or found.exchanged:
            return True
        if any(found.read & self._common[library] for library in found.libraries & self._common.keys()):
            return True
        if not found.libraries.isdisjoint(self._named):
            return True
        return found.gives and (found.writes or "data" in found.stored or found.whole_items)

    def _kept_by(self, found: _Names, library: bool) -> bool:
        if found.read & self._kept or found.libraries & self._kept:
            return True
        if library:
            return False
        if found.algorithm or found.feeds_back:
            return True
        return any(names.looks_like_state(name) for name in found.stored & found.read)

    def _is_replaced(self, data: bytes) -> bool:
        if self._replaced.search(data) is not None or any(word in data for word in self._others):
            return True
        return copies_objects(data) or copies_tensors(data)

    def _is_kept(self, data: bytes, library: bool) -> bool:
        if self._recurrent.search(data) is not None:
            return True
        if library:
            return False
        if _ALGORITHM.search(data) is not None or may_feed_back(data):
            return True
        # Written once and read once at the least.
        often = (word for word, count in Counter(_IDENTIFIER.findall(data)).items() if count > 1)
        return any(names.looks_like_state(word.decode("utf-8", "replace")) for word in often)
