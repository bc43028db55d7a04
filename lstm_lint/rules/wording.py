"""The words that findings share: which state, what happens to it, and the notes that lead from load to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Because
from lstm_lint.rules.rule import because
from lstm_lint.vocabulary.names import cannot_be_state, looks_like_state

if TYPE_CHECKING:
    from lstm_lint.typestate.recorder import Fate, Slotted
    from lstm_lint.typestate.trace import Trace, Verdict


def replaced(verdict: Verdict) -> str:
    """The beginning of a message: who gets new weights, in the names of the code at the finding."""
    return "this call replaces the weights" if verdict.helper else f"`{receiver(verdict)}` gets new weights"


def receiver(verdict: Verdict) -> str:
    """Who gets the weights, as the code there writes it; ``super()`` is ``self`` to a reader."""
    name = verdict.record.event.receiver
    return "self" if name == "super()" else name


def places(verdict: Verdict) -> list[str]:
    """The places that the state in question is kept in, two at most: what may be a state by its name first."""
    remedies = verdict.record.remedies
    met = {slot for slot in remedies if slot.met in ("carrying", "stale")} or remedies
    names: list[str] = []
    held = [(slot, slot.holder(verdict.depth) or slot.holder(0)) for slot in met]
    for slot, holder in sorted(held, key=lambda each: (*_likely(each[0]), each[0].name, each[1] or "")):
        if slot.local:
            name = f"`{slot.name}`"
        else:
            name = f"`{holder}.{slot.name}`" if holder is not None else f"its `{slot.name}`"
        if name not in names:
            names.append(name)
    return names[:2]


def _likely(slot: Slotted) -> tuple[bool, bool, bool]:
    """What sorts a state by how its name speaks of one; among locals, a cost that it made is often kept beside it."""
    return cannot_be_state(slot.name), slot.local, slot.local and not looks_like_state(slot.name)


def keeps(verdict: Verdict) -> str:
    """What is kept, as a clause: ```model._last_lstm_states` keeps the recurrent state of the old ones``."""
    names = places(verdict)
    if not names:
        return "the recurrent state of the old ones is kept"
    return f"{' and '.join(names)} keep{'s' * (len(names) == 1)} the recurrent state of the old ones"


def consequence(verdict: Verdict) -> str:
    """What happens to the stale state."""
    some = "" if verdict.always else "on some paths "
    uses = _uses(verdict)
    if uses:
        return f"{some}the next {_call(uses[0])} reads it"
    for fate in _ordered(verdict, "left"):
        if fate.site is not None:
            return f"{some}nothing resets it before {_function(fate)} ends"
    return f"{some}nothing resets it"


def notes(trace: Trace, verdict: Verdict) -> tuple[Because, ...]:
    """From the replacement over what resets on other paths to the use, and what was only inferred."""
    found: list[Because] = []
    if verdict.helper:
        text = f"the weights of `{receiver(verdict)}` are replaced here"
        found.extend(because(load, text) for load in verdict.loads)
    if verdict.record.rollback:
        found.append(because(verdict.loads[0], "these are weights that it had before the ones that made the state"))
    from lstm_lint.typestate import placement

    futile = placement.is_futile_place(trace, verdict)
    for fate in _ordered(verdict, "reset"):
        if fate.site is not None:
            what = "has no effect here: the rollout keeps the state in a local variable"
            found.append(because(fate.site, f"this reset {what if futile else 'does not cover every path'}"))
    for fate in _ordered(verdict, "vain"):
        if fate.site is not None:
            text = "this reset has no effect here: the rollout keeps the state in a local variable"
            found.append(because(fate.site, text))
    for fate in _ordered(verdict, "neutralised"):
        if fate.site is not None:
            found.append(because(fate.site, f"{_call(fate)} starts from the initial state, but not on every path"))
    for fate in _uses(verdict)[:3]:
        if fate.site is not None:
            condition = " unless an argument that is no literal says otherwise" if fate.capped else ""
            found.append(because(fate.site, f"{_call(fate)} reads the old state{condition}"))
    if not _uses(verdict):
        for fate in _ordered(verdict, "left")[:1]:
            if fate.site is not None and fate.site.function != verdict.site.function:
                found.append(because(fate.site, f"{_function(fate)} ends without a reset of `{fate.what}`"))
    if verdict.strength == "inferred":
        found.append(because(verdict.loads[0], _doubt(trace, verdict)))
    return tuple(dict.fromkeys(found))


def _doubt(trace: Trace, verdict: Verdict) -> str:
    """Which link is inferred."""
    from lstm_lint.typestate import identity

    name = receiver(verdict)
    for assumption in identity.assumption(trace, verdict.record):
        return f"nothing declares the type of `{name.removesuffix('.policy')}`: it is {assumption}"
    found = identity.verdicts(trace, verdict.record)
    if {"yes", "no"} <= found:
        return f"`{name.removesuffix('.policy')}` may also be of a class that is not recurrent"
    if "yes" in found:
        return f"the type of `{name}` is inferred"
    if trace.is_configured(verdict):
        return f"`{name}` keeps a recurrent state only if its network is recurrent, which is decided elsewhere"
    return f"nothing declares `{name}` to be recurrent, but a state goes into its calls and comes back out of them"


def _uses(verdict: Verdict) -> list[Fate]:
    """The uses that a reader meets first: those in the code nearest to the finding, not the calls inside them."""
    here = verdict.site.function.replace(":", ".").split(".")
    uses = [fate for fate in _ordered(verdict, "used") if fate.site is not None]
    uses = [fate for fate in uses if not _is_inside_network(fate)] or uses

    def nearness(fate: Fate) -> tuple[bool, bool, int]:
        assert fate.site is not None
        there = fate.site.function.replace(":", ".").split(".")
        shared = sum(one == other for one, other in zip(here, there, strict=False))
        return here == there, fate.site.path == verdict.site.path, shared

    best = max(map(nearness, uses), default=None)
    return [fate for fate in uses if nearness(fate) == best]


def _is_inside_network(fate: Fate) -> bool:
    return fate.site is not None and fate.site.function.rpartition(".")[2] in ("forward", "__call__")


def _call(fate: Fate) -> str:
    from lstm_lint.typestate.recorder import ROUND

    if fate.what == ROUND:
        return ROUND
    return f"`{fate.what}`" if fate.what.endswith(")") else f"`{fate.what}()`"


def _function(fate: Fate) -> str:
    return f"`{fate.site.function.rpartition('.')[2].rpartition(':')[2]}()`" if fate.site is not None else "the code"


def _ordered(verdict: Verdict, how: str) -> list[Fate]:
    fates = [f for f in verdict.fates if f.how == how]
    return sorted(fates, key=lambda f: (f.site or verdict.site, f.what))
