"""Shapes with the exits they must have, as data: the engine has to get each right, a broken one some wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flow_toy import attempt, block, each, loop, when

from lstm_lint.flow import EMPTY, Shape


@dataclass(frozen=True)
class Case:
    """A shape entered with a carried state, and the letters expected on each way out (no entry: no path)."""

    title: str
    shape: Shape
    exits: dict[str, str]


def case(title: str, shape: Shape, **exits: str) -> Case:
    """One row of the table."""
    return Case(title, shape, exits)


# Nothing is stale at the end: what must stay silent.
NEGATIVES = (
    case("a reset follows", block("replace reset use"), normal="C"),
    case("a fresh state stays fresh", block("reset replace use"), normal="C"),
    case("both arms reset", block("replace", when("?", "reset", "reset"), "use"), normal="C"),
    case("both arms replace, one reset follows", block(when("?", "replace", "replace"), "reset"), normal="F"),
    case("reset loop over every part", block("replace", each("every", "reset"), "use"), normal="C"),
    case("load loop, then reset loop", block(each("every", "replace"), each("every", "reset")), normal="F"),
    case("reset loop in a reset loop", block("replace", each("every", each("every", "reset"))), normal="F"),
    case("guard: there is a state", block("replace", when("has-state", "reset"), "use"), normal="C"),
    case("guard: leave without a state", block("replace reset", when("has-state", "use", "return")), returned="F"),
    case("the same guard twice", block(when("new", "replace"), "log", when("new", "reset"), "use"), normal="C"),
    case("the opposite guard", block(when("new", "replace"), when("new", "reset", "log")), normal="CF"),
    case(
        "the same guard twice in a loop",
        loop("?", block("assign-new", when("new", "replace"), when("new", "reset"), "use")),
        normal="C",
    ),
    case("log line in a swallowing try", block("replace", attempt("log", ("all", "")), "reset use"), normal="C"),
    case("log lines are no exceptions", block("advance", attempt("reset log use", ("some", ""))), normal="C"),
    case("handler and else reset", block("replace", attempt("log", ("all", "reset"), orelse="reset")), normal="F"),
    case("with that swallows nothing", block("replace", attempt("reset", ("never", "")), "use"), normal="C"),
    case("early return after the reset", block("replace reset", when("?", "return")), normal="F", returned="F"),
    case("continue after the reset", loop("?", block("replace reset", when("?", "continue"), "use")), normal="CF"),
    case("while True: break after the reset", loop("true", block("replace reset", when("?", "break"))), normal="F"),
    case("while True without a break", loop("true", "use")),
    case("for-else resets", each("items", "replace", orelse="reset"), normal="F"),
    case("while-else resets", loop("?", "replace", orelse="reset"), normal="F"),
    case("raise instead of a stale end", block("replace", when("?", "raise"), "reset"), normal="F", raised="S"),
    case("exit instead of a stale end", when("?", "replace exit"), normal="C"),
    case("nothing after exit", block("replace exit use")),
    case("code after a jump is dead", block("reset return replace"), returned="F"),
    case("finally resets", attempt("replace", final="reset"), normal="F", raised="F"),
    case("finally resets on return", attempt("replace return", final="reset"), returned="F", raised="F"),
    case("finally resets on raise", attempt("raise", final="reset"), raised="F"),
    case("finally resets on break", loop("true", attempt("replace break", final="reset")), normal="F", raised="F"),
    case(
        "finally resets on continue",
        loop("?", attempt("use replace continue", final="reset")),
        normal="CF",
        raised="F",
    ),
    case("return in finally", attempt(block("replace", when("?", "raise")), final="reset return"), returned="F"),
    case("break in finally", loop("true", attempt("replace return", final="reset break")), normal="F"),
    case("finally inside a swallowing try", attempt(attempt("replace", final="reset"), ("all", "use")), normal="CF"),
    case("an endless for is left by break", each("forever", block("reset", when("?", "break"))), normal="F"),
    case("a for over nothing", each("none", "replace", orelse="use"), normal="C"),
    case(
        "the inner break leaves the inner loop", loop("true", block(loop("true", "break"), "reset break")), normal="F"
    ),
)

# Stale on some path or on all of them.
POSITIVES = (
    case("no reset", block("replace use"), normal="X"),
    case("reset before the replacement", block("reset use replace"), normal="S"),
    case("reset in one arm", block("replace", when("?", "reset")), normal="FS"),
    case("reset in the else arm", block("replace", when("?", "", "reset")), normal="FS"),
    case("replaced in one arm", when("?", "replace"), normal="CS"),
    case("reset under the opposite guard", block(when("new", "replace"), when("new", "", "reset")), normal="FS"),
    case(
        "assigned between the guards", block(when("new", "replace"), "assign-new", when("new", "reset")), normal="CFS"
    ),
    case("early return before the reset", block("replace", when("?", "return"), "reset"), normal="F", returned="S"),
    case("continue before the reset", loop("?", block("replace", when("?", "continue"), "reset")), normal="CFS"),
    case("break before the reset", loop("true", block("replace", when("?", "break"), "reset use")), normal="S"),
    case("used in the next round", loop("?", "use replace"), normal="CSX"),
    case("used in the next round after continue", loop("?", block("use replace continue")), normal="CSX"),
    case("used in the next round of a for", each("items", "use replace"), normal="CSX"),
    case("nested loops", loop("?", block(each("items", "use"), when("?", "replace"))), normal="CSX"),
    case("reset loop over some", block("replace", each("items", "reset")), normal="FS"),
    case("break in the reset loop", block("replace", each("every", block(when("?", "break"), "reset"))), normal="FS"),
    case(
        "continue in the reset loop",
        block("replace", each("every", block(when("?", "continue"), "reset"))),
        normal="FS",
    ),
    case("return in the reset loop", block("replace", each("every", "reset return")), normal="S", returned="F"),
    case("break skips for-else", each("items", block("replace", when("?", "break")), orelse="reset"), normal="FS"),
    case("break skips while-else", loop("?", "replace break", orelse="reset"), normal="FS"),
    case("break skips the else of while True", loop("true", "replace break", orelse="reset"), normal="S"),
    case(
        "break in for-else is the outer loop's", loop("true", each("none", "log", orelse="replace break")), normal="S"
    ),
    case(
        "continue in for-else is the outer loop's",
        loop("?", block(each("none", "log", orelse="replace continue"), "reset")),
        normal="CS",
    ),
    case("return in for-else", each("items", "log", orelse="replace return"), returned="S"),
    case("the iterable replaces", each("load", "use"), normal="SX"),
    case("a test that replaces", when("loads", "reset"), normal="FS"),
    case("a while test that replaces", loop("loads", "use"), normal="SX"),
    case("while test runs each round", loop("loads", "reset advance"), normal="S"),
    case("swallowed before the reset", block("replace", attempt("reset", ("all", ""))), normal="FS"),
    case("only states after a replacement", block("replace", attempt("reset use", ("all", ""))), normal="CS"),
    case("a failed load has replaced", attempt("replace reset", ("all", "")), normal="CFS"),
    case("used in the handler", attempt("replace reset", ("all", "use")), normal="CFX"),
    case("a failing test has replaced", attempt(when("loads", "reset", "reset"), ("all", "")), normal="CFS"),
    case("a failing loop test has replaced", attempt(loop("loads", "reset", "reset"), ("all", "")), normal="CFS"),
    case("a failing iterable has replaced", attempt(each("load", "reset", "reset"), ("all", "")), normal="CFS"),
    case("deep inside the try", attempt(loop("?", when("?", "replace reset")), ("all", "")), normal="CFS"),
    case("inside for-else", attempt(each("none", "log", "replace reset"), ("all", "")), normal="CFS"),
    case("raise inside the try", attempt(block("replace", when("?", "raise"), "reset"), ("all", "")), normal="CFS"),
    case("raise past an unsure handler", attempt("replace raise", ("some", "reset")), normal="F", raised="S"),
    case("raise from a handler", attempt("replace raise", ("all", "raise")), raised="CS"),
    case(
        "raise in else is not its own handler's",
        attempt("log", ("all", "reset"), orelse="replace raise"),
        normal="F",
        raised="S",
    ),
    case("else does not run after an exception", attempt("replace raise", ("all", ""), orelse="reset"), normal="CS"),
    case(
        "else does not run after return",
        attempt("replace return", ("never", ""), orelse="reset"),
        returned="S",
        raised="S",
    ),
    case(
        "any handler may catch", attempt("replace raise", ("some", "reset"), ("some", "use")), normal="CFX", raised="S"
    ),
    case("a sure handler after an unsure one", attempt("replace raise", ("some", "reset"), ("all", "")), normal="CFS"),
    case("a sure handler before an unsure one", attempt("replace raise", ("all", "reset"), ("some", "")), normal="CFS"),
    case("a sure handler that is never entered", attempt("replace raise", ("never", "reset")), raised="S"),
    case("entering is no exception of its own", attempt("log", ("some", "reset")), normal="CF"),
    case("inner handler unsure", attempt(attempt("replace raise", ("some", "reset")), ("all", "")), normal="CFS"),
    case("inner handler sure", attempt(attempt("replace raise", ("all", "reset")), ("all", "")), normal="CF"),
    case("replaced in a handler", attempt("log", ("all", "replace")), normal="CS"),
    case(
        "replaced in a handler, seen outside",
        attempt(attempt("log", ("all", "replace reset")), ("all", "")),
        normal="CFS",
    ),
    case("replaced in else, seen outside", attempt(attempt("log", orelse="replace reset"), ("all", "")), normal="CFS"),
    case("replaced in else", attempt("log", ("some", "reset"), orelse="replace"), normal="FS"),
    case("replaced in finally", attempt("log", final="replace"), normal="S"),
    case(
        "replaced in finally, seen outside", attempt(attempt("log", final="replace reset"), ("all", "")), normal="CFS"
    ),
    case(
        "replaced in a handler, finally used", attempt("log", ("all", "replace"), final="use"), normal="CX", raised="X"
    ),
    case("replaced in else, finally used", attempt("log", orelse="replace reset", final="use"), normal="C", raised="X"),
    case("used in finally after an exception", attempt("replace reset", final="use"), normal="C", raised="X"),
    case("return from a handler", attempt("replace raise", ("all", "return"), orelse="reset"), returned="CS"),
    case("break from a handler", loop("true", attempt("replace raise", ("all", "break"))), normal="CS"),
    case(
        "finally keeps the ways apart",
        loop("true", attempt(block(when("?", "advance return"), when("?", "reset break"), "raise"), final="log")),
        normal="F",
        returned="C",
        raised="C",
    ),
    case("finally may return", attempt("replace return", final=when("?", "reset return")), returned="FS", raised="S"),
    case("finally may raise instead", attempt("return", final="replace raise"), raised="S"),
    case(
        "finally twice on return",
        loop("true", attempt(attempt("return", final="replace"), final="use")),
        returned="X",
        raised="X",
    ),
    case("loose jumps go out", when("?", "replace break", "continue"), broke="S", continued="C"),
    case("nothing at all", EMPTY, normal="C"),
)

TABLE = NEGATIVES + POSITIVES
