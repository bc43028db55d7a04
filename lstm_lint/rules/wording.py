"""The words that findings share: which state, what happens to it, and the notes that lead from load to use."""

from __future__ import annotations

from lstm_lint.model import Because
from lstm_lint.rules.rule import because
from lstm_lint.typestate.recorder import Fate
from lstm_lint.typestate.trace import Verdict


def state(verdict: Verdict) -> str:
    """The state in question, by the places it is kept in."""
    remedies = verdict.record.remedies
    met = {slot for slot in remedies if slot.met in ("carrying", "stale")} or remedies
    names: list[str] = []
    for slot in sorted(met, key=lambda slot: (slot.local, slot.name)):
        holder = slot.holder(verdict.depth) or slot.holder(0)
        name = f"`{slot.name}`" if slot.local or holder is None else f"`{holder}.{slot.name}`"
        if name not in names:
            names.append(name)
    if not names:
        return "the recurrent state"
    return "the recurrent state in " + " and ".join(names[:2])


def always(verdict: Verdict) -> str:
    """``""`` when every path is stale, else the words for some."""
    return "" if verdict.always else "on some path "


def consequence(verdict: Verdict) -> str:
    """What happens to the stale state."""
    used = sorted({f.what for f in verdict.fates if f.how == "used" and f.what})
    if used:
        return f"{always(verdict)}`{used[0]}` reads a state that other weights made"
    return f"{always(verdict)}control leaves with a state that other weights made"


def notes(verdict: Verdict) -> tuple[Because, ...]:
    """From the replacement over what resets on other paths to the use."""
    found: list[Because] = []
    if verdict.helper:
        found.extend(because(load, "the weights are replaced here") for load in verdict.loads)
    for fate in _ordered(verdict, "reset"):
        if fate.site is not None:
            found.append(because(fate.site, "this reset does not cover every path"))
    for fate in _ordered(verdict, "neutralised"):
        if fate.site is not None:
            found.append(because(fate.site, f"`{fate.what}` starts anew here, but not on every path"))
    for fate in _ordered(verdict, "used")[:3]:
        if fate.site is not None:
            found.append(because(fate.site, f"`{fate.what}` reads the stale state"))
    if not any(f.how == "used" for f in verdict.fates):
        for fate in _ordered(verdict, "left")[:1]:
            if fate.site is not None:
                found.append(because(fate.site, f"control leaves here with `{fate.what}` stale"))
    return tuple(dict.fromkeys(found))


def _ordered(verdict: Verdict, how: str) -> list[Fate]:
    fates = [f for f in verdict.fates if f.how == how]
    return sorted(fates, key=lambda f: (f.site or verdict.site, f.what))
