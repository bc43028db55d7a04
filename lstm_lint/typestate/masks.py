"""Masks that wipe a state where an episode ends: a load under the same condition meets no state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.model import Span
from lstm_lint.typestate import atoms, phases
from lstm_lint.typestate.paths import FieldPlace, Local, Place
from lstm_lint.typestate.values import Guard, Tag, Value, replace
from lstm_lint.vocabulary.schema import StateArgument

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_FLAG = re.compile(
    r"done|term|trunc|over|end|start|first|mask|new|reset|(^|_)(keep|keeps|alive|running|goes_on|continues?)(_|$)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"determ\w*|(open|app|ext|s|r|cal|tr|dep|att|backw?)end\w*|overl\w*|overr\w*|new_?(h|c|hx|cx|hidden|state|lstm|rnn|memory)\w*|"
    r"((legal|valid|invalid|avail\w*|action|move|attn|attention|pad|padding|key)s?_?)+masks?|masked_?(logits?|probs?)",
    re.IGNORECASE,
)
"""Names that have such a word in them and mean something else: ``deterministic``, ``legal_action_mask``."""
_WHOLE = ("", "[0]", ".all([])")
"""How a condition asks for all of a flag that may be an array, of one environment at least."""
_OF_TENSORDICTS = frozenset({"is_init"})
"""The keys under which TorchRL says that a step is the first of its episode."""
_ZEROS = frozenset({"zeros", "zeros_like", "new_zeros"})
_SAME = frozenset({"array", "asarray", "atleast_1d", "tensor", "as_tensor", "from_numpy", "bool", "list", "copy"})


def names_an_end(name: str) -> bool:
    """Whether something of this name may say that an episode ends or begins."""
    return _FLAG.search(_OTHER.sub("", name)) is not None


def reads_an_end(body: Shape) -> bool:
    """Whether a function reads out of a dictionary what may say that an episode ends or begins."""
    return any(key in _OF_TENSORDICTS or names_an_end(str(key)) for key in _keys_read(body))


def _keys_read(body: Shape) -> Iterator[object]:
    """The literal keys of what a function reads out of dictionaries."""
    for action in walk.actions(body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant):
                yield expr.index.value


def is_flag(target: facts.Expr) -> bool:
    """Whether a variable or attribute may say that an episode ends or begins, by its name."""
    return names_an_end(walk.last_name(target))


def answering(run: Interpreter, expr: facts.Expr, value: Value, state: State) -> Value:
    """A flag made of another one alone is true where that one is: ``start = np.array([done])``."""
    if value.answer or value.const is not None or value.ones:
        return value
    source = _source(expr)
    if source is None or not is_flag(source):
        return value
    handed = [place for place in value.src if isinstance(place, Local) and place.frame != run.frame.number]
    atom = atoms.place_atom(run, handed[0]) if len(handed) == 1 else atoms.atom_of(run, source, state)
    return value if atom is None else replace(value, answer=atom)


def may_answer(action: facts.Assign) -> bool:
    """Whether something is assigned to a flag, or a flag to something."""
    source = _source(action.value)
    return any(map(is_flag, action.targets)) or (source is not None and is_flag(source))


def _source(expr: facts.Expr) -> facts.Expr | None:
    while True:
        if isinstance(expr, facts.Call) and walk.last_name(expr.func) in _SAME and (expr.arguments or _copied(expr)):
            expr = _copied(expr) or expr.arguments[0].value
        elif isinstance(expr, facts.Display) and len(expr.items) == 1:
            expr = expr.items[0]
        else:
            return expr if isinstance(expr, (facts.Name, facts.Attribute)) else None


def _copied(expr: facts.Call) -> facts.Expr | None:
    """``done`` of ``done.copy()``."""
    own = isinstance(expr.func, facts.Attribute) and expr.func.attr == "copy" and not expr.arguments
    return expr.func.value if own and isinstance(expr.func, facts.Attribute) else None


def zeroed(run: Interpreter, places: frozenset[Place], span: Span, state: State) -> None:
    """Zeros are written to a mask that a state is multiplied by: the next step begins anew."""
    for place in places:
        phases.reset_places(run, run.wipers.kept_by(place), "reset", span, "all episodes start", state)


def raised(run: Interpreter, places: frozenset[Place], span: Span, state: State) -> None:
    """Ones are written to flags that wipe a state where they are true: the next step begins anew."""
    for place in places:
        phases.reset_places(run, run.wipers.masked_by(place), "reset", span, "all episodes start", state)


def is_of_all(mask: facts.Expr) -> bool:
    """Whether a mask, or its entry for one step, is named, not the rows of some environments: ``keep[done]``."""
    if not isinstance(mask, facts.Subscript):
        return True
    index = mask.index
    if isinstance(index, facts.Operation) and index.op == "-" and len(index.operands) == 1:
        index = index.operands[0]
    return walk.is_whole(index) or isinstance(index, facts.Constant)


def makes_zeros(expr: facts.Expr) -> bool:
    """Whether an expression is a new tensor of zeros: ``torch.zeros(n, 1).to(device)``."""
    while isinstance(expr, facts.Call):
        if walk.last_name(expr.func) in _ZEROS:
            return True
        if not isinstance(expr.func, facts.Attribute):
            return False
        expr = expr.func.value
    return False


def flags(run: Interpreter, target: facts.Expr, answer: str, state: State) -> None:
    """A flag is made of another one: what is stale while that one is true is so while this one is."""
    atom = atoms.atom_of(run, target, state)
    for holds in (True, False):
        for whole in _WHOLE:
            if atom is not None:
                state.stamp(atom, holds, Guard(f"{answer}{whole}", holds))


def implied(run: Interpreter, state: State) -> Iterator[Guard]:
    """The conditions on flags made of others that hold where conditions on those do."""
    for place, value in state.items():
        for whole in _WHOLE if value.answer else ():
            holds = state.guards.get(f"{value.answer}{whole}")
            if holds is not None:
                yield Guard(atoms.place_atom(run, place), holds)


def outlives(run: Interpreter, place: Place, tag: Tag) -> bool:
    """Whether a stale state is not wiped by a mask that was set under the same condition and stays with it."""
    masks = [atoms.place_atom(run, mask) for mask, masked in run.index.wipers.masks.items() if place in masked]
    return not any(Guard(f"{mask}{whole}", True) in tag.guards for mask in masks for whole in _WHOLE)


def unmasked(run: Interpreter, call: facts.Call, spec: StateArgument, given: Value, state: State) -> Value:
    """A state as a call reads it: what went stale under the condition that the mask stands for is wiped."""
    source = _source(_argument(call, spec) or call)
    atom = atoms.atom_of(run, source, state) if source is not None and is_flag(source) else None
    if atom is None:
        return given
    holding = {Guard(f"{atom}{whole}", True) for whole in _WHOLE}
    wiped = frozenset(tag for tag in given.tags if tag.guards & holding)
    if not wiped:
        return given
    phases.settle(run, wiped, "reset", call.span, state, "all episodes start")
    return replace(given, tags=given.tags - wiped)


def _argument(call: facts.Call, spec: StateArgument) -> facts.Expr | None:
    for argument in call.arguments:
        if argument.keyword == spec.mask:
            return argument.value
    plain = [argument.value for argument in call.arguments if argument.keyword is None and not argument.star]
    return plain[spec.mask_position] if 0 <= spec.mask_position < len(plain) else None


_ARRAYS = frozenset({"array", "asarray", "tensor", "as_tensor", "BoolTensor", "FloatTensor"})
_FALSE = frozenset({"zeros", "zeros_like"})


def is_never_true(body: Shape, mask: facts.Expr | None) -> bool:
    """Whether a mask is no at every place: ``np.array([False])``, ``np.zeros(n)``, or a variable that is only that."""
    if not isinstance(mask, facts.Name):
        return mask is not None and _is_no(mask)
    bound = [action for action in walk.actions(body) if mask.id in written(action)]
    return bool(bound) and all(
        isinstance(action, facts.Assign)
        and _is_no(action.value)
        and all(isinstance(target, facts.Name) for target in action.targets)
        for action in bound
    )


def is_no_from_then_on(body: Shape, mask: facts.Expr | None, at: Span, end: Span) -> bool:
    """Whether a mask is a variable that the loops around a place make false, and never true again.

    So it tells of the first episode at most: ``first = False`` after the step, or ``starts[:] = False``. The next one
    begins in the same loop, at ``end``.
    """
    flag = _only(mask)
    loops = (loop for loop in walk.loops(body) if at in walk.spans(loop.body))
    around = next((loop for loop in loops if end in walk.spans(loop.body)), None)  # the outermost
    if not isinstance(flag, facts.Name) or around is None:
        return False
    bound = [action for action in walk.actions(around) if flag.id in written(action)]
    return bool(bound) and all(isinstance(action, facts.Assign) and _is_no(action.value) for action in bound)


def _only(mask: facts.Expr | None) -> facts.Expr | None:
    """The one flag that a mask is made of: ``np.array([first])``."""
    while isinstance(mask, (facts.Display, facts.Call)):
        parts = mask.items if isinstance(mask, facts.Display) else tuple(a.value for a in mask.arguments[:1])
        if len(parts) != 1 or (isinstance(mask, facts.Call) and walk.last_name(mask.func) not in _SAME):
            return None
        mask = parts[0]
    return mask


def is_known_false(run: Interpreter, mask: facts.Expr | None, state: State) -> bool:
    """Whether a mask is made of one flag that is false on this path: ``[done]`` in the body of ``while not done``."""
    mask = _only(mask)
    if not isinstance(mask, (facts.Name, facts.Attribute)):
        return False
    atom = atoms.atom_of(run, mask, state)
    return atom is not None and state.guards.get(atom) is False


def is_true_once(run: Interpreter, mask: facts.Expr | None, value: Value | None) -> bool:
    """Whether a mask is an attribute that tells of the first episode alone, as it is or the other way round."""
    if mask is None:  # handed on in a dictionary of arguments
        places = value.src if value is not None else frozenset()
        fields = [place for place in places if isinstance(place, FieldPlace)]
        return len(fields) == 1 and len(places) == 1 and run.project.once.falls(fields[0].attr)
    to = False
    while not isinstance(mask, facts.Attribute):
        if isinstance(mask, facts.Operation) and mask.op == "not":
            mask, to = mask.operands[0], not to
        elif isinstance(mask, facts.Display) and len(mask.items) == 1:
            mask = mask.items[0]
        elif isinstance(mask, facts.Call) and walk.last_name(mask.func) in _SAME and mask.arguments:
            mask = mask.arguments[0].value
        else:
            return False
    return run.project.once.falls(mask.attr, to)


def written(action: object) -> set[str]:
    """The variables that an action binds or writes into, or has written into by a method."""
    targets: tuple[facts.Expr, ...] = ()
    if isinstance(action, facts.Assign):
        targets = action.targets
    elif isinstance(action, (facts.Augment, facts.Iterate)):
        targets = (action.target,)
    found = {each.id for target in targets for each in walk.expressions(target) if isinstance(each, facts.Name)}
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Walrus):
            found |= {each.id for each in walk.expressions(expr.target) if isinstance(each, facts.Name)}
        if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
            found |= {walk.chain(expr.func.value) or ""}
    return found


def _is_no(value: facts.Expr) -> bool:
    if isinstance(value, facts.Constant):
        return value.value is False or (type(value.value) in (int, float) and value.value == 0)
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(_is_no, value.items))
    if isinstance(value, facts.Call) and value.arguments:
        name = walk.last_name(value.func)
        return name in _FALSE or (name in _ARRAYS and _is_no(value.arguments[0].value))
    return False
