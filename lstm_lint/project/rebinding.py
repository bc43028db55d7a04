"""Functions that bind a variable to another network while a state goes on: told from their assignments alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape, Step
from lstm_lint.vocabulary.names import cannot_be_state, is_number, looks_like_state

_OBJECTS = (facts.Call, facts.Name, facts.Attribute, facts.Subscript, facts.Conditional)
_PARTS = frozenset({"detach", "clone", "contiguous", "to", "cpu", "cuda", "get"})
_COMPUTING = frozenset({"copy", "itertools", "jax", "math", "numpy", "operator", "pandas", "random", "scipy", "torch"})

_NUMBERS = frozenset({"randint", "randperm", "arange", "argmax", "argmin", "linspace", "floor", "ceil"})
"""What a library gives as numbers, unlike ``random.choice(pool)``; any other array may be the weights of a network."""


def computing(imports: Iterable[facts.Import]) -> frozenset[str]:
    """The names of a file that stand for libraries of plain computation, or for something out of one."""
    return frozenset(item.local for item in imports if item.module.partition(".")[0] in _COMPUTING)


def rebinds(body: Shape, libraries: Container[str]) -> bool:
    """Whether a variable is bound more than once, or in a loop, and its calls take a variable that they give back.

    ``libraries`` are names as ``computing`` gives them: ``rows = np.where(bad, new, rows)`` calls no network.
    """
    assigns = list(_assigns(body, False))
    bound: Counter[str] = Counter()
    for action, repeated in assigns:
        for target, value in (pair for whole in action.targets for pair in walk.paired(whole, action.value)):
            if isinstance(target, facts.Name) and isinstance(value, _OBJECTS) and not _is_number(value, libraries):
                bound[target.id] += 2 if repeated else 1
    often = {name for name, count in bound.items() if count > 1}
    if not often:
        return False
    parts = _parts_of(assigns)
    return any(_carries(action, often, parts, libraries) for action, _ in assigns)


def _is_number(value: facts.Expr, libraries: Container[str]) -> bool:
    """Whether a value is a number, or some of them, by its name or by the function of a library: no network."""
    if isinstance(value, facts.Call):
        return _root(value.func) in libraries and walk.last_name(value.func) in _NUMBERS
    return isinstance(value, (facts.Name, facts.Attribute)) and is_number(walk.last_name(value))


_PLAYED = (frozenset({"reset", "step"}), frozenset({"recv", "send"}))


def steps_worlds(mentions: frozenset[str]) -> bool:
    """Whether code names what plays environments: it steps and resets them, or receives from them and sends to them."""
    return any(map(mentions.issuperset, _PLAYED))


def plays(body: Shape, mentions: frozenset[str], libraries: Container[str]) -> bool:
    """Whether an environment is stepped and reset while a variable that may be a state goes through calls in a loop.

    Whatever its name, where the call is of something else than a library of plain computation.
    """
    if not steps_worlds(mentions):
        return False
    assigns = [action for action, repeated in _assigns(body, False) if repeated]
    renamed = {
        target.id: action.value.id
        for action in assigns
        for target in action.targets
        if isinstance(target, facts.Name) and isinstance(action.value, facts.Name)
    }
    return any(
        looks_like_state(name) or not (cannot_be_state(name) or _root(action.value.func) in libraries)
        for action in assigns
        if isinstance(action.value, facts.Call)
        for name in _handed_back(action, renamed)
    )


def carries_on(function: facts.FunctionFact) -> bool:
    """Whether a call takes a state from an attribute or a module variable and gives it back there.

    Whatever its name, where the same object holds what is called. By way of others, too: ``h = self.hidden``,
    ``out, new = net(x, h)``, ``self.hidden = new.detach()``, or ``(h, c)`` of them, or ``out["hidden"]``.
    """
    assigns = [action for action, _ in _assigns(function.body, False)]
    plain = [
        (target, value)
        for action in assigns
        for part in (action.value.items if isinstance(action.value, facts.Display) else (action.value,))
        if (value := walk.chain(taken_from(part))) is not None
        for target in action.targets
    ]
    for action in assigns:
        if not isinstance(action.value, facts.Call):
            continue
        own = _holder(action.value)
        kept = {name for target in action.targets for name in _kept(target, function.globals, own)}
        results = {name for target in action.targets for name in _targets(target)}
        kept |= {name for target, value in plain if value in results for name in _kept(target, function.globals, own)}
        if kept:
            given = {name for argument in action.value.arguments for name in walk.chains(argument.value)}
            given |= {value for target, value in plain if walk.chain(target) in given}
            if not kept.isdisjoint(given):
                return True
    return False


def _holder(call: facts.Call) -> str:
    """The object that holds what is called, as it is written with a dot: ``self.`` of ``self.net(x, self.trace)``."""
    called = walk.chain(call.func)
    return f"{called.partition('.')[0]}." if called is not None and "." in called else ""


def hands_on(function: facts.FunctionFact, libraries: Container[str]) -> bool:
    """Whether a loop takes a state that the function is handed through a call, whatever the function is called.

    ``_, memory = net(x, memory)``; under a name that says nothing, only where the function returns it again.
    """
    own = {parameter.name for parameter in function.parameters}
    passed = {
        name
        for action, repeated in _assigns(function.body, False)
        if repeated and isinstance(action.value, facts.Call) and _root(action.value.func) not in libraries
        for name in _handed_back(action) & own
        if not cannot_be_state(name)
    }
    return any(map(looks_like_state, passed)) or not passed.isdisjoint(_returned(function))


def _returned(function: facts.FunctionFact) -> set[str]:
    """The variables that a function returns as they are, alone or among others."""
    values = walk.bindings(function).returns
    parts = [part for value in values for part in (value.items if isinstance(value, facts.Display) else (value,))]
    return {part.id for part in parts if isinstance(part, facts.Name)}


def taken_from(expr: facts.Expr) -> facts.Expr:
    """What a value is an entry or another form of: ``out`` of ``out["h"]``, ``out.get(name)`` and ``out.detach()``."""
    while True:
        if isinstance(expr, facts.Subscript) and isinstance(expr.index, facts.Constant):
            expr = expr.value
        elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.func.attr in _PARTS:
            expr = expr.func.value
        else:
            return expr


def feeds_back(function: facts.FunctionFact) -> bool:
    """Whether an attribute goes into a call of what the same object holds, and comes back out, whatever its name."""
    for action, _ in _assigns(function.body, False):
        called = walk.chain(action.value.func) if isinstance(action.value, facts.Call) else None
        if called is None or "." not in called:
            continue
        holder = called.partition(".")[0]
        targets = {chain for target in action.targets for chain in _attributes(target)}
        targets = {chain for chain in targets if chain.startswith(f"{holder}.")}
        given = action.value.arguments if isinstance(action.value, facts.Call) else ()
        if any(walk.chain(argument.value) in targets for argument in given):
            return True
    return False


def _attributes(target: facts.Expr) -> Iterator[str]:
    """The attributes of a target as the source writes them, but for those that are named as something else."""
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from _attributes(item)
    elif isinstance(target, facts.Attribute):
        chain = walk.chain(target)
        if chain is not None and not cannot_be_state(target.attr):
            yield chain


def _kept(target: facts.Expr, shared: Collection[str], own: str) -> Iterator[str]:
    """The attributes, and module variables, of a target that may be a state, as the source writes them.

    Or that hold one in an entry: ``self.memory[name]``. An attribute whose way begins with ``own`` may have any name.
    """
    if isinstance(target, facts.Display):
        for item in target.items:
            yield from _kept(item, shared, own)
    elif isinstance(target, facts.Subscript):
        yield from _kept(target.value, shared, own)
    elif isinstance(target, facts.Attribute) or walk.last_name(target) in shared:
        chain = walk.chain(target)
        name = walk.last_name(target)
        is_own = bool(own) and (chain or "").startswith(own) and not cannot_be_state(name)
        if chain is not None and (is_own or looks_like_state(name)):
            yield chain


def _handed_back(action: facts.Assign, renamed: Mapping[str, str] | None = None) -> set[str]:
    """The variables that a call takes and gives back, under other names too (``h_in = h_out``), or entries of it."""
    results = {name for target in action.targets for name in (*_targets(target), *_written_into(target))}
    calls = [expr for expr in walk.expressions(action.value) if isinstance(expr, facts.Call)]
    given = _names([argument.value for call in calls for argument in call.arguments])
    return results & (given | {renamed[name] for name in given if name in renamed} if renamed else given)


def _parts_of(assigns: list[tuple[facts.Assign, bool]]) -> dict[str, set[str]]:
    """The variables that parts of others are bound to: ``h`` of ``out`` in ``h = out["h"]``."""
    found: dict[str, set[str]] = {}
    for action, _ in assigns:
        whole = walk.root(action.value)
        if isinstance(whole, facts.Name) and whole is not action.value:
            found.setdefault(whole.id, set()).update(name for target in action.targets for name in _targets(target))
    return found


def _carries(action: facts.Assign, often: set[str], parts: Mapping[str, set[str]], libraries: Container[str]) -> bool:
    """``out, h = net(x, h)`` where ``net`` is one of the names; ``h = h.detach()`` is handed nothing.

    The state may be a part of what comes out, too: ``h = out["h"]``.
    """
    if not isinstance(action.value, facts.Call):
        return False
    results = {name for target in action.targets for name in _targets(target)}
    results |= {part for name in results for part in parts.get(name, ())}
    return any(
        not results.isdisjoint(_names([argument.value for argument in call.arguments]))
        and not (_names([call]) - results).isdisjoint(often)
        for call in walk.expressions(action.value)
        if isinstance(call, facts.Call) and _root(call.func) not in libraries
    )


def _root(func: facts.Expr) -> str:
    return (walk.chain(func) or "").partition(".")[0]


def _names(parts: Iterable[facts.Expr]) -> set[str]:
    return {expr.id for part in parts for expr in walk.expressions(part) if isinstance(expr, facts.Name)}


def _written_into(target: facts.Expr) -> Iterator[str]:
    """The variables of which a target writes an entry: ``q, hidden[i] = net(x, hidden[i])``."""
    for item in target.items if isinstance(target, facts.Display) else (target,):
        if isinstance(item, facts.Subscript) and isinstance(name := walk.container(item), facts.Name):
            yield name.id


def _targets(target: facts.Expr) -> Iterator[str]:
    if isinstance(target, facts.Name):
        yield target.id
    elif isinstance(target, facts.Display):
        for item in target.items:
            yield from _targets(item)
    elif isinstance(target, facts.Starred):
        yield from _targets(target.value)


def _assigns(shape: Shape, repeated: bool) -> Iterator[tuple[facts.Assign, bool]]:
    """Every assignment, and whether it stands in a loop."""
    if isinstance(shape, Step) and isinstance(shape.action, facts.Assign):
        yield shape.action, repeated
    for part in walk.parts(shape):
        yield from _assigns(part, repeated or isinstance(shape, Loop))
