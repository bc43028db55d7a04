"""Replacements that are assignments: a module exchanged as a whole, parameters copied one by one, masks set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, tensors
from lstm_lint.typestate import containers, first_need, noise, phases, picked, rollbacks, row_tests, saved, sessions
from lstm_lint.typestate.elements import element
from lstm_lint.typestate.events import replace_weights
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place
from lstm_lint.typestate.spelling import receiver_text
from lstm_lint.typestate.targets import place_of
from lstm_lint.typestate.values import NOTHING, Event, Phase, Value, all_tags, replace
from lstm_lint.walk import is_whole

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


WHOLE = "assigned as a whole"
_DATA = re.compile(r"(^|_)(obs|observation|action|reward|logit|image|sample|log_?prob|entropy|mask|loss)(e?s)?$")
_COMBINING = frozenset({"logical_or", "maximum", "bitwise_or"})
_MOVES = frozenset({"to", "cuda", "cpu", "half", "float", "double", "bfloat16", "share_memory"})


def assigned_module(run: Interpreter, owner: Path, target: facts.Attribute, value: Value, state: State) -> bool:
    """``model.policy = other``: a module that drives a state is exchanged as a whole."""
    path = owner.child(target.attr)
    rollbacks.returned(run, path, target, value, WHOLE, state)
    held = state.heap.get(FieldPlace(owner, target.attr))
    affected = [path, *(held.refs if held is not None else ())]
    back = rollbacks.put_back(run, affected, value, state)
    own = path in value.weights_of and is_single(run, path, state) and not back
    same = path in value.refs or path in value.holds or own
    another = same and value.refs and picked.is_another(run, owner, target)
    if value.is_none or (same and not another):
        return False
    places = phases.places_of(run, owner, state)
    drivers = {o for owners in places.values() for o in owners} | {
        tag.owner for _, v in state.items() for tag in v.tags if tag.owner is not None
    }
    parts = picked.is_another(run, owner, target)  # what acts may be the cell in one of several networks
    inside = [each for p in affected for each in (state.reach(p) if parts else (p,))]
    if not any(o.starts_with(each) for o in drivers for each in inside):
        return False
    if held is not None and (held.refs & value.holds or _is_moved(held, value)):
        return False  # wrapped: DataParallel(net), torch.compile(net)
    if picked.is_of_its_own(run, owner, target, places):
        return False
    in_session = sessions.is_one(run, owner)
    first = held is None and owner.root in state.fresh and not _from_the_start(run, owner, target.attr, state)
    first = first or (held is None and in_session)
    if _in_constructor(run, owner) or _is_on_first_need(run, target) or first_need.is_under_way(run):
        return False
    if not value.types and (_DATA.search(target.attr) or _is_tensor(run, owner, target.attr, state)):
        return False
    handed = _is_handed_in(run, value)
    # A method that is called round after round puts a new one where the one of the round before is.
    again = held is not None and bool(held.refs) and not held.is_none and (run.frame.call is not None or in_session)
    again = again or _is_called_for_ever(run, owner)
    if not (_assigned_elsewhere(run, owner, target.attr, state) or handed or again):
        return False
    if first or (held is not None and held.is_none):
        if handed and run.frame.call is not None:
            _put_first(run, path, target, state)
        return False  # built on first need, or in the making of the object
    before = run.unbound or state.copy()
    source = rollbacks.earlier(back, value) if back else value
    source, row = (NOTHING, picked.PICKED) if another else (source, WHOLE)
    for p in back or affected:
        replace_weights(run, frozenset({p}), target.span, target, row, state, source, None, tuple(affected))
    run.unbound = before
    return not value.refs or held is None


def _is_tensor(run: Interpreter, owner: Path, attr: str, state: State) -> bool:
    """Whether the classes that an object may be of keep a tensor in an attribute."""
    project, types = run.project, run.types_of(owner, state)
    return any(tensors.is_one(project.classes, project.typing, t.ref, attr) for t in types)


def _is_on_first_need(run: Interpreter, target: facts.Attribute) -> bool:
    """Whether an attribute is filled under a test that says there is nothing in it yet, whatever others hold."""
    def is_here(action: object) -> bool:
        return isinstance(action, facts.Assign) and any(t.span == target.span for t in walk.flat(action.targets))

    around, name = row_tests.around(run.frame.body, is_here), row_tests.spoken(target)
    return around is not None and name is not None and any(_says_none(test.plain, name) for test in around.tests)


def _says_none(test: row_tests.Test, name: str) -> bool:
    asked = test.expr
    if isinstance(asked, facts.Operation) and asked.op in ("is", "is not") and walk.is_none(asked.operands[-1]):
        return test.holds is (asked.op == "is") and row_tests.spoken(asked.operands[0]) == name
    return not test.holds and row_tests.spoken(asked) == name


def _is_moved(held: Value, value: Value) -> bool:
    """Whether what is put there is what was there, on another device or of another precision: ``net = net.cuda()``."""
    named = {ref.root.name for ref in value.refs if not ref.attrs and ref.root.kind == "result"}
    return bool(named) and named <= _MOVES and all(not held.refs.isdisjoint(m.owner.prefixes()) for m in value.calls)


def _put_first(run: Interpreter, path: Path, target: facts.Attribute, state: State) -> None:
    """A caller hands an object its first network: told beside what other callers do, for it makes nothing stale."""
    text = receiver_text(run, target, path, state)
    event = Event(run.site(target.span), run.chain(), path, text, WHOLE, False, run.entry, path.root.kind == "self")
    record = run.recorder.record(event)
    record.before.add(Phase.FRESH.value)
    record.strengths.add("inferred")
    record.classes |= {t.ref for t in run.types_of(path, state)}


def assigned_module_item(run: Interpreter, base: Value, target: facts.Subscript, value: Value, state: State) -> None:
    """``self.opponents[i] = frozen``: one network of several is exchanged, and what it advanced stays where it is."""
    if not value.refs or value.tags or not containers.exchanges(run, target, state):
        return
    old = element(run, base, state)
    place = place_of(run, target.value, state)
    if isinstance(place, Local) and place.frame == run.frame.number and not value.refs.isdisjoint(old.refs):
        return  # a list that is being filled with networks, in an order of its own
    places = {place: owners for ref in old.refs for place, owners in phases.places_of(run, ref, state).items()}
    carried = {tag.owner for _, held in state.items() for tag in held.tags if tag.phase is Phase.CARRYING}
    carried |= {
        tag.owner
        for place in places
        if place not in state.heap
        for tag in phases.default_tags(run, place, state)
        if tag.phase is Phase.CARRYING
    }
    hit = frozenset(ref for ref in old.refs if any(owner is not None and owner.starts_with(ref) for owner in carried))
    types = {t.ref for ref in value.refs for t in run.types_of(ref, state)}
    if not hit or (types and not any(run.project.recurrence.of(ref) == "yes" for ref in types)):
        return
    replace_weights(run, hit, target.span, target, WHOLE, state, value, False, tuple(hit))


def assigned_entry(run: Interpreter, target: facts.Subscript, old: Value, value: Value, state: State) -> Value:
    """``member["net"] = deepcopy(other["net"])``: another network under a name of a dict; what stands there then.

    The dict may be one of many that go by one summary, so that the old one may be there yet.
    """
    if not old.refs or value.const is not None or value.bears_state or old.refs & (value.refs | value.holds):
        return value
    if _is_moved(old, value):
        return value
    carried = {tag.owner for _, held in state.bearing() for tag in all_tags(held) if tag.phase is Phase.CARRYING}
    hit = frozenset(ref for ref in old.refs if any(owner is not None and owner.starts_with(ref) for owner in carried))
    types = {t.ref for ref in value.refs for t in run.types_of(ref, state)}
    if not hit or (types and all(run.project.recurrence.of(ref) == "no" for ref in types)):
        return value
    replace_weights(run, hit, target.span, target, WHOLE, state, value, None, tuple(hit))
    return replace(value, refs=value.refs | old.refs, types=value.types | old.types)


def _from_the_start(run: Interpreter, owner: Path, attr: str, state: State) -> bool:
    """Whether a library's constructor puts a module there."""
    return any(
        (row.attributes or {}).get(attr) for t in run.types_of(owner, state) for row in run.project.classes.rows(t.ref)
    )


def _assigned_elsewhere(run: Interpreter, owner: Path, attr: str, state: State) -> bool:
    """Whether some other method puts a module there: else this is where it is built in the first place."""
    known = [t.ref for t in run.types_of(owner, state) if isinstance(t.ref, ClassInfo)]
    if not known:
        return True
    for ref in known:
        for base in run.project.classes.lineage(ref):
            if not isinstance(base, ClassInfo):
                continue
            for function in base.fact.functions.values():
                bound = run.project.typing.bindings(function).attributes.get(attr, [])
                values = [b for b in bound if not walk.is_none(b.expr)]
                if values and function is not run.frame.function:
                    return True
            if attr in base.fact.annotations:
                return True
        if any((row.attributes or {}).get(attr) for row in run.project.classes.rows(ref)):
            return True
    return False


def _is_handed_in(run: Interpreter, value: Value) -> bool:
    """Whether a method puts an argument of its own there, and others than the constructor of its class may call it.

    Where no caller is in view, some other method of the class has to call it too: else it may be called just once.
    """
    frame = run.frame
    if frame.function is None or frame.klass is None:
        return False
    names = {parameter.name for parameter in frame.function.parameters[1:]}
    if not any(isinstance(p, Local) and p.frame == frame.number and p.name in names for p in value.src):
        return False
    others = [f for f in frame.klass.fact.functions.values() if f is not frame.function]
    if frame.call is None and not any(frame.function.name in each.mentions for each in others):
        return False
    method = run.project.symbols.function_info(frame.module, frame.klass, frame.function)
    return not run.project.callers.only_constructing(method)


def _is_called_for_ever(run: Interpreter, owner: Path) -> bool:
    """Whether the run is of a method of an environment that is called time and again, of this object.

    ``reset`` and ``step`` are, and what a callback tells it to do while the training that steps it goes on.
    """
    frame = run.frames[0]
    if frame.function is None or frame.klass is None or frame.first is None or owner not in frame.first.refs:
        return False
    name = frame.function.name
    of_env = run.project.classes.kind(frame.klass) == "env"
    return of_env and (name in ("reset", "step") or name in run.project.told_in_training)


def _in_constructor(run: Interpreter, owner: Path) -> bool:
    function = run.frame.function
    return (
        function is not None
        and function.name in ("__init__", "__post_init__", "__new__", "setup", "_setup_model")
        and (run.frame.first is not None and owner in run.frame.first.refs)
    )


def assigned_mask(run: Interpreter, owner: Path, target: facts.Attribute, value: Value, state: State) -> bool:
    """``model._last_episode_starts = ones`` and ``model._last_obs = None`` make the next step start anew."""
    attr = target.attr
    for t in run.types_of(owner, state):
        for row in run.project.classes.states(t.ref):
            wanted = (row.assigned or {}).get(attr)
            some = wanted == "ones" and not value.is_none and value.const is None and _is_meant_for_some(run, target)
            if (wanted == "ones" and (value.ones or some)) or (wanted == "none" and value.is_none):
                places: set[Place] = set(phases.places_of_row(run, owner, row, state))
                phases.reset_places(run, places, "reset", target.span, f"{attr} set", state)
                return True
    return False


def _is_meant_for_some(run: Interpreter, target: facts.Attribute) -> bool:
    """Whether a step of a callback begins the episodes of some environments anew: ``starts = dones | changed``."""
    actions = walk.actions(run.frame.body) if _is_step_of_callback(run) else ()
    given = [a.value for a in actions if isinstance(a, facts.Assign) and target in a.targets]
    return any(
        (isinstance(value, facts.Operation) and value.op == "|")
        or (isinstance(value, facts.Call) and walk.last_name(value.func) in _COMBINING)
        for value in given
    )


def _is_step_of_callback(run: Interpreter) -> bool:
    function, klass = run.frame.function, run.frame.klass
    called = function is not None and function.name == "_on_step"
    return called and klass is not None and run.project.classes.kind(klass) == "callback"


def assigned_mask_items(run: Interpreter, container: facts.Expr, index: facts.Expr, value: Value, state: State) -> bool:
    """``model._last_episode_starts[:] = True``, and of some environments in a step of a callback, which is in vain."""
    true = value.literal() in (True, 1, 1.0)
    if not isinstance(container, facts.Attribute) or not (is_whole(index) or (true and _is_step_of_callback(run))):
        return False
    base = run.quiet().evaluate(container.value, state)
    ones = replace(value, ones=value.ones or true)
    answers = [assigned_mask(run, ref, container, ones, state) for ref in base.refs]
    return any(answers)


def assigned_parameter_data(run: Interpreter, target: facts.Attribute, base: Value, value: Value, state: State) -> bool:
    """``p.data = q`` for a parameter ``p`` of a module; ``p.grad = g`` says that the module is trained."""
    if target.attr in ("grad", "_grad") and base.parameters_of:
        if not value.is_none:
            run.index.graded |= base.parameters_of
        return True
    if target.attr != "data" or not base.parameters_of:
        return False
    copied_into(run, base, value, target.span, target, state)
    return True


def _names_it(run: Interpreter, receiver: facts.Expr, base: Value, value: Value, state: State) -> bool:
    """Whether what is written is made of what it is written into: ``p.data = p.data + noise``, by its variable."""
    name = walk.root(receiver)
    own = run.local_place(name.id, state) if isinstance(name, facts.Name) else None
    if own in base.src:
        return own in value.src
    return bool(base.src & value.src)


def copied_into(run: Interpreter, base: Value, value: Value, span: Span, receiver: facts.Expr, state: State) -> None:
    """Values are written into the parameters of a module, usually in a loop over them: one event, at the loop."""
    targets = base.parameters_of or base.weights_of
    if saved.is_copy(base):
        saved.written(base, value, state)
        return
    if value.const is not None or value.ones:
        return
    mixed = bool(value.parameters_of & targets) or bool(value.weights_of & targets)
    only_own = not (value.parameters_of | value.weights_of) - targets
    same = _names_it(run, receiver, base, value, state) or all(is_single(run, target, state) for target in targets)
    if mixed and not same:
        mixed, only_own = False, False  # one of many copies from another of them
    source = Value(weights_of=frozenset(value.parameters_of | value.weights_of) - targets)
    if mixed and only_own:
        if value.noise == noise.CANDIDATE:
            mixed = False  # of many around weights that were put aside
        elif not saved.is_exact(value):
            return  # noise, decay, clipping: a step of the same weights
        else:
            mixed, source = False, Value(weights_of=targets, copied=True)  # as they were when they were saved
    where = run.frame.loops[-1].iterable.span if run.frame.loops else span
    named = _looped_over(run.frame.loops[-1], receiver) if run.frame.loops else None
    replace_weights(run, targets, where, named, "parameters copied", state, source, True if mixed else None)


def _looped_over(loop: facts.Iterate, receiver: facts.Expr) -> facts.Expr | None:
    """The module whose parameters the receiver is one of: ``net`` of ``for p, q in zip(net.parameters(), …)``."""
    through, name = loop.iterable, walk.root(receiver)
    if not isinstance(name, facts.Name):
        return None
    if isinstance(loop.target, facts.Display) and walk.zipped(through, 0) is not None:
        variables = [item.id if isinstance(item, facts.Name) else "" for item in loop.target.items]
        part = walk.zipped(through, variables.index(name.id)) if name.id in variables else None
        if part is None:
            return None
        through = part
    func = through.func if isinstance(through, facts.Call) else None
    return func.value if isinstance(func, facts.Attribute) else None
