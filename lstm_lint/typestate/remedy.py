"""What to write: the class's own reset, the reset of the runtime or of the project, or None in a local."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.facts.private import Private, is_private
from lstm_lint.model import Applicability
from lstm_lint.project import ClassInfo, ClassRef, FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.typestate.besides import effect
from lstm_lint.typestate.entries import run_for_reset
from lstm_lint.typestate.paths import FieldPlace, Path, Root, Site
from lstm_lint.typestate.recorder import Recorder, Slotted
from lstm_lint.typestate.values import Phase
from lstm_lint.vocabulary.schema import ResetRow

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace, Verdict

_RESET_NAME = re.compile(r"reset|init|clear|zero|forget|begin|new_", re.IGNORECASE)
_STATE_NAME = re.compile(r"lstm|gru|rnn|hidden|state|recurrent|memory|initial(?!i[sz])|hx|carry", re.IGNORECASE)


class Remedy(NamedTuple):
    """Lines to insert (``{indent}`` is one level) and what they need."""

    lines: tuple[str, ...]
    title: str
    applicability: Applicability
    imported: tuple[str, str] | None = None

    def called(self, name: str) -> Remedy:
        """The remedy where the imported function goes by another name."""
        if self.imported is None or name == self.imported[1]:
            return self
        old, new = f"{self.imported[1]}(", f"{name}("
        lines = tuple(line.replace(old, new) for line in self.lines)
        return self._replace(lines=lines, title=self.title.replace(old, new))


def remedy_for(trace: Trace, verdict: Verdict) -> Remedy | None:
    """The first remedy that applies to every state the replacement met."""
    depth = verdict.depth
    met = {s for s in verdict.record.remedies if s.met in ("carrying", "stale")} or verdict.record.remedies
    slotted = sorted(met, key=lambda s: (s.local, s.holder(depth) or "", s.name))
    if not slotted or any((s.local and s.depth != depth) or (not s.local and not s.holder(depth)) for s in slotted):
        return None
    fields = [s for s in slotted if not s.local]
    if not fields:
        return _locals(trace, verdict, slotted)
    klass = scope_of(trace, verdict.site).klass
    remedies = [field_remedy(trace, s, str(s.holder(depth)), klass) for s in fields]
    known = [r for r in remedies if r is not None]
    if not known:
        return None
    texts = {r.lines for r in known}
    if len(texts) > 1:
        own = [r for r in known if r.applicability is Applicability.SAFE]
        chosen = own[0] if own and len({r.lines for r in own}) == 1 else None
        if chosen is not None and len(own) == len(fields):
            return chosen
        lines = tuple(line for text in sorted(texts) for line in text)
        return Remedy(lines, known[0].title, Applicability.UNSAFE, known[0].imported)
    return known[0]


def field_remedy(trace: Trace, slotted: Slotted, holder: str, within: ClassInfo | None = None) -> Remedy | None:
    """How the state in an attribute of ``holder``, an object as the code of a class writes it, is reset."""
    if within is None and any(map(is_private, holder.split("."))):
        return None
    own = _common_method(trace, slotted.classes)
    if own is not None:
        call = f"{holder}.{own[0]}()"
        return Remedy((call,), f"Call `{call}`", own[1])
    written = _written(trace, holder, slotted)
    if written is not None:
        return written
    if any(trace.project.classes.kind(ref) == "algorithm" for ref in slotted.classes):
        return _vocabulary(trace, holder, slotted)
    if slotted.classes and all(
        isinstance(c, ClassInfo) and _begins_none(trace, c, slotted.name) for c in slotted.classes
    ):
        names = {_written_in(trace, c, slotted.name, within) for c in slotted.classes if isinstance(c, ClassInfo)}
        if len(names) > 1:
            return None
        name = names.pop()
        return Remedy((f"{holder}.{name} = None",), f"Set `{holder}.{name}` to None", Applicability.UNSAFE)
    return None


def _written(trace: Trace, holder: str, slotted: Slotted) -> Remedy | None:
    """The reset as the row of a library's class has it, which a class of the project may inherit from."""
    resets = {_row_reset(trace, ref) for ref in slotted.classes}
    reset = resets.pop() if len(resets) == 1 else None
    if reset is None:
        return None
    lines = tuple(line.replace("{receiver}", holder) for line in reset.lines)
    calls = all(line.endswith(")") for line in lines)
    title = f"Call `{'` and `'.join(lines)}`" if calls else f"Reset the states of `{holder}`"
    return Remedy(lines, title, Applicability(reset.applies))


def _row_reset(trace: Trace, ref: ClassRef) -> ResetRow | None:
    return next((row.reset for row in trace.project.classes.rows(ref) if row.reset is not None), None)


def _vocabulary(trace: Trace, holder: str, slotted: Slotted) -> Remedy:
    settings = trace.project.settings
    call = getattr(settings, "reset_call", None)
    how = getattr(settings, "fix_with", "reset")
    if call:
        module, _, name = call.rpartition(".")
        return Remedy(
            (f"{name}({holder})",), f"Call `{name}({holder})`", Applicability.SAFE, (module, name) if module else None
        )
    if how == "inline":
        for ref in slotted.classes:
            for row in trace.project.classes.rows(ref):
                if row.inline_reset:
                    lines = tuple(line.replace("{receiver}", holder) for line in row.inline_reset)
                    return Remedy(lines, f"Zero the LSTM states of `{holder}` in place", Applicability.SAFE)
    name = "rewarm_lstm_states" if how == "rewarm" else "reset_lstm_states_to_initial"
    return Remedy((f"{name}({holder})",), f"Call `{name}({holder})`", Applicability.SAFE, ("lstm_runtime", name))


def _locals(trace: Trace, verdict: Verdict, slotted: list[Slotted]) -> Remedy | None:
    lines: list[str] = []
    safe = True
    function = trace.layout.at(verdict.site.path, verdict.site.span)
    if function is None:
        return None
    for name in sorted({s.name for s in slotted}):
        same = [s for s in slotted if s.name == name]
        # Of several owners along the way of the state, one may be unable to begin with None.
        began = all(s.by_row for s in same) and _none_is_taken(trace, verdict, name)
        began = began or _local_begins_none(trace, verdict, name)
        if not began or not _only_handed_on(trace, verdict, name):
            return None
        lines.append(f"{name} = None")
        safe = safe and all(s.strength != "unknown" for s in same)
    return Remedy(
        tuple(lines),
        f"Start from the initial state: `{lines[0]}`",
        Applicability.SAFE if safe else Applicability.UNSAFE,
    )


def _none_is_taken(trace: Trace, verdict: Verdict, name: str) -> bool:
    """Whether all that the function hands the variable to are calls of libraries that begin anew with None.

    A method of the project may take its state apart before the recurrent cell gets it.
    """
    scope = scope_of(trace, verdict.site)
    body = scope.function.body if scope.function is not None else scope.module.facts.body
    for action in walk.actions(body):
        for call in walk.expressions(action):
            if not isinstance(call, facts.Call):
                continue
            pairs = [a.value.items for a in call.arguments if isinstance(a.value, facts.Display)]
            if any(_is_name(item, name) for items in pairs for item in items):
                return False  # `(None, None)` is no initial state
            if not any(_is_name(a.value, name) for a in call.arguments):
                continue
            on: facts.Expr = call.func
            names: tuple[str, ...] = ("forward", "__call__")
            if isinstance(call.func, facts.Attribute) and not trace.project.typing.of(call.func, scope):
                on, names = call.func.value, (call.func.attr,)
            for t in trace.project.typing.of(on, scope):
                for method in (trace.project.classes.method(t.ref, each) for each in names):
                    if isinstance(method, FunctionInfo):
                        return False
                    if method is not None and method.state is not None and not method.state.none_is_initial:
                        return False
    return True


def _only_handed_on(trace: Trace, verdict: Verdict, name: str) -> bool:
    """Whether the function only ever hands the variable to calls on objects: None has no attributes and no items."""
    module = trace.layout.module(verdict.site.path)
    bodies = [f.fact.body for f in trace.project.functions if f.module is module and f.id == verdict.site.function]
    for action in walk.actions(bodies[0] if bodies else module.facts.body):
        if isinstance(action, facts.Iterate) and _is_name(action.iterable, name):
            return False
        for expr in walk.expressions(action):
            if isinstance(expr, (facts.Attribute, facts.Subscript, facts.Starred)) and _is_name(expr.value, name):
                return False
            computed = isinstance(expr, facts.Operation) and expr.op not in ("is", "is not")
            if computed and any(_is_name(operand, name) for operand in expr.operands):  # type: ignore[union-attr]
                return False
            if isinstance(expr, facts.Comprehension) and any(_is_name(c.iterable, name) for c in expr.clauses):
                return False
            if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Name):
                known = trace.project.symbols.resolve(module, expr.func.id)
                plain = known is None or isinstance(known, FunctionInfo)
                local = trace.project.typing.is_local(expr.func.id, scope_of(trace, verdict.site))
                if plain and not local and any(_is_name(a.value, name) for a in expr.arguments):
                    return False
    return True


def scope_of(trace: Trace, site: Site) -> Scope:
    """The function, or the module, that a place stands in."""
    module = trace.layout.module(site.path)
    for function in trace.project.functions:
        if function.module is module and function.id == site.function:
            return Scope(module, function.klass, function.fact)
    return Scope(module)


def _is_name(expr: object, name: str) -> bool:
    return isinstance(expr, facts.Name) and expr.id == name


def _local_begins_none(trace: Trace, verdict: Verdict, name: str) -> bool:
    """Whether the function, or module, that the replacement stands in sets the variable to None somewhere."""
    module = trace.layout.module(verdict.site.path)
    for function in trace.project.functions:
        if function.module is module and function.id == verdict.site.function:
            bound = trace.project.typing.bindings(function.fact).names.get(name, [])
            return any(walk.is_none(b.expr) for b in bound if b.how == "value")
    if verdict.site.function.endswith(":<module>"):
        values = module.facts.assignments.get(name, ())
        return any(map(walk.is_none, values))
    return False


def _written_in(trace: Trace, klass: ClassInfo, attr: str, within: ClassInfo | None) -> str:
    """An attribute that ``__init__`` sets, as the code of a class, or of none, writes it."""
    for base in trace.project.classes.lineage(klass):
        if isinstance(base, ClassInfo) and "__init__" in base.fact.functions:
            for known in trace.project.typing.bindings(base.fact.functions["__init__"]).attributes:
                if known == attr and isinstance(known, Private):
                    return known.within(within.fact.name if within is not None else None)
    return attr


def _begins_none(trace: Trace, klass: ClassInfo, attr: str) -> bool:
    for base in trace.project.classes.lineage(klass):
        if isinstance(base, ClassInfo) and "__init__" in base.fact.functions:
            bound = trace.project.typing.bindings(base.fact.functions["__init__"]).attributes.get(attr, [])
            return any(walk.is_none(b.expr) for b in bound if b.how == "value")
    return False


def _common_method(trace: Trace, classes: frozenset[ClassRef]) -> tuple[str, Applicability] | None:
    """The best reset method that every class has."""
    if not classes:
        return None
    choices: list[dict[str, Applicability]] = []
    for ref in classes:
        if not isinstance(ref, ClassInfo):
            rows = () if _row_reset(trace, ref) is not None else trace.project.classes.rows(ref)
            choices.append({m.name: Applicability.SAFE for row in rows for m in row.method if _pure(m)})
        else:
            choices.append(dict(reset_methods(trace, ref)))
    common = set(choices[0]).intersection(*choices[1:])
    if not common:
        return None
    safe = {name for name in common if all(choice[name] is Applicability.SAFE for choice in choices)}
    best = min(common, key=lambda name: (name not in safe, not _STATE_NAME.search(name), name))
    return best, Applicability.SAFE if best in safe else Applicability.UNSAFE


def _pure(row: object) -> bool:
    return (
        bool(getattr(row, "resets", False)) and not getattr(row, "uses", False) and getattr(row, "unless", None) is None
    )


def reset_methods(trace: Trace, klass: ClassInfo) -> dict[str, Applicability]:
    """The methods without required arguments that reset every state of the class, and how safely each is called."""
    every = every_reset(trace, klass)
    return {name: how for name, how in every.items() if how is not Applicability.DISPLAY}


_OF_ENVIRONMENTS = ("reset", "reset_async")
"""Methods of an environment that begin its episodes anew, whatever else they reset."""


def every_reset(trace: Trace, klass: ClassInfo) -> dict[str, Applicability]:
    """The methods that reset every state of the class; DISPLAY for those that no fix may call."""
    known = trace.index.reset_methods.get(klass)
    if known is None:
        known = trace.index.reset_methods[klass] = dict(_reset_methods(trace, klass))
    return known


def _reset_methods(trace: Trace, klass: ClassInfo) -> list[tuple[str, Applicability]]:
    found: list[tuple[str, Applicability]] = []
    slots = trace.index.own(klass)
    places = {FieldPlace(Path(Root("self", "self", None, klass.id), s.place[:-1]), s.place[-1]) for s in slots}
    names = frozenset(next(part for part in reversed(s.place) if part != "[*]") for s in slots)
    if not places:
        return []
    seen: set[str] = set()
    for base in trace.project.classes.lineage(klass):
        if not isinstance(base, ClassInfo):
            if _row_reset(trace, klass) is not None:
                continue
            row_methods = trace.project.vocabulary.classes.get(base)
            found += [(m.name, Applicability.SAFE) for m in (row_methods.method if row_methods else ()) if _pure(m)
                      and m.name not in seen and m.name != "set_env"]  # fmt: skip
            continue
        for name, fact in base.fact.functions.items():
            if name in seen or name.startswith("__") or "." in name or not _RESET_NAME.search(name) or _unbound(fact):
                continue
            seen.add(name)
            info = trace.project.symbols.function_info(base.module, base, fact)
            after = run_for_reset(trace.project, trace.index, Recorder(), info, klass)
            if after is None:
                continue
            values = [after.heap.get(place) for place in places]
            if all(v is not None and v.tags and all(t.phase is Phase.FRESH for t in v.tags) for v in values):
                shown = _required(fact) or (name in _OF_ENVIRONMENTS and trace.project.classes.kind(klass) == "env")
                how = Applicability.DISPLAY if shown else effect(trace, info, names)
                found.append((name, how))
    return found


def _required(fact: facts.FunctionFact) -> bool:
    return any(p.default is None and p.kind in ("posonly", "positional", "kwonly") for p in fact.parameters[1:])


def _unbound(fact: facts.FunctionFact) -> bool:
    return any(
        getattr(d, "attr", getattr(d, "id", "")) in ("property", "staticmethod", "classmethod") for d in fact.decorators
    )
