"""The flow engine on pure shapes, and broken engines that the same shapes must find out."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest
from flow_table import NEGATIVES, TABLE, Case
from flow_toy import CARRYING, WAYS, Engine, State, Toy, attempt, block, each, loop, ways_out, when

from lstm_lint import engine
from lstm_lint.engine import run
from lstm_lint.flow import Branch, Loop, Shape, Step


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.title)
def test_exits_of_a_shape(case: Case) -> None:
    assert ways_out(run, case.shape) == case.exits


@pytest.mark.parametrize("case", NEGATIVES, ids=lambda case: case.title)
def test_negatives_end_without_a_stale_state(case: Case) -> None:
    ends = case.exits.get("normal", "") + case.exits.get("returned", "")
    assert not set(ends) & set("SX")


def test_titles_are_unique() -> None:
    assert len({case.title for case in TABLE}) == len(TABLE)


def test_a_long_elif_chain_needs_no_recursion() -> None:
    shape: Shape = Step("log")
    for _ in range(5_000):
        shape = Branch("?", Step("replace"), block(shape))
    assert ways_out(run, shape) == {"normal": "CS"}


def test_what_a_domain_raises_comes_out() -> None:
    class BudgetError(Exception):
        pass

    class Spent(Toy):
        def step(self, state: State, action: object) -> State | None:
            raise BudgetError

    with pytest.raises(BudgetError):
        run(loop("?", "log"), State({CARRYING}), Spent())


class Counting(Toy):
    """Counts the rounds of for-loops and the copies."""

    def __init__(self, settles: bool = True) -> None:
        self.settles = settles
        self.rounds = 0
        self.copies = 0

    def copy(self, state: State) -> State:
        self.copies += 1
        return super().copy(state)

    def equal(self, left: State, right: State) -> bool:
        return self.settles and super().equal(left, right)

    def begin_loop(self, state: State, loop: Loop, again: bool) -> tuple[State | None, State | None]:
        self.rounds += 1
        return super().begin_loop(state, loop, again)


@pytest.mark.parametrize(("body", "rounds"), [("log", 1), ("replace", 2), ("use replace", 3)])
def test_a_loop_ends_with_the_round_that_brings_nothing_new(body: str, rounds: int) -> None:
    domain = Counting()
    run(each("items", body), State({CARRYING}), domain)
    assert domain.rounds == rounds


def test_a_loop_that_never_settles_is_left() -> None:
    domain = Counting(settles=False)
    exits = run(each("items", "replace"), State({CARRYING}), domain, rounds=7)
    assert domain.rounds == 7
    assert exits.normal is not None
    assert exits.normal.letters() == "CS"


def test_states_are_copied_only_where_they_are_needed_twice() -> None:
    domain = Counting()
    run(block("log replace", when("?", "reset", "log"), "use return"), State({CARRYING}), domain)
    assert domain.copies == 0
    run(attempt("log", ("all", "log")), State({CARRYING}), domain)
    assert domain.copies == 2  # the entry for the handler, and the state before the step that may be observable


def test_what_is_no_shape_is_refused() -> None:
    with pytest.raises(TypeError, match="not a shape: 'log'"):
        run("log", State({CARRYING}), Toy())  # type: ignore[arg-type]


# Each edit breaks the engine in one way: what it breaks, a piece of the engine's source, and what replaces it.
BROKEN = (
    *(
        (
            f"finally skipped: {way}",
            "        for way in _WAYS:",
            f"        exits.{way}, pending.{way} = pending.{way}, None\n        for way in _WAYS:",
        )
        for way in WAYS
    ),
    ("finally ends every way normally", "resumed, after.normal = after.normal, None", "resumed = None"),
    ("jumps in finally are lost", "self._merge(exits, after)", "pass"),
    ("no finally at all", "        if _is_empty(shape.final):", "        if True:"),
    ("nothing in finally is watched", "yield final, state, watched", "yield final, state, False"),
    (
        "break falls into else",
        "exits = Exits(normal=body.broke,",
        "done = self._join(done, body.broke)\n        exits = Exits(",
    ),
    ("break is lost", "exits = Exits(normal=body.broke,", "exits = Exits("),
    (
        "return in a loop is lost",
        "exits = Exits(normal=body.broke, returned=body.returned,",
        "exits = Exits(normal=body.broke,",
    ),
    ("raise in a loop is lost", "raised=self._join(thrown, body.raised))", "raised=thrown)"),
    ("a failing loop test is lost", "raised=self._join(thrown, body.raised))", "raised=body.raised)"),
    (
        "a failing test is lost",
        "exits = Exits(raised=self._join(self._thrown(before, then), self._thrown(before, orelse)))",
        "exits = Exits()",
    ),
    ("no else suite after a loop", "yield loop.orelse, done, watched", "yield Sequence(()), done, watched"),
    ("loop run once", "for count in range(self.rounds):", "for count in range(1):"),
    ("loop run twice", "for count in range(self.rounds):", "for count in range(2):"),
    ("loop not grown", "            head = grown", "            break"),
    (
        "loop never runs out",
        "        if done is not None:\n            self._merge(exits, (yield loop.orelse",
        "        if False:\n            self._merge(exits, (yield loop.orelse",
    ),
    ("continue dropped", "ends = self._join(body.normal, body.continued)", "ends = body.normal"),
    ("only continue goes on", "ends = self._join(body.normal, body.continued)", "ends = body.continued"),
    (
        "continue leaves the loop",
        "ends = self._join(body.normal, body.continued)",
        "ends, body.broke = body.normal, self._join(body.broke, body.continued)",
    ),
    ("end of a for not asked for", "self.domain.end_for(never, ends, loop)", "self.domain.join(never, ends)"),
    ("zero rounds of a for dropped", "self.domain.end_for(never, ends, loop)", "ends"),
    ("only zero rounds of a for", "self.domain.end_for(never, ends, loop)", "never"),
    ("while test not asked", "return self.domain.assume(head, loop.test)", "return self.domain.copy(head), head"),
    ("handlers start only at try entry", "start = entry if escaping is None else", "start = entry if True else"),
    (
        "handlers start without try entry",
        "self.domain.join(entry, self.domain.copy(escaping))",
        "self.domain.copy(escaping)",
    ),
    ("only the first handler", "in enumerate(handlers, 1)", "in enumerate(handlers[:1], 1)"),
    ("only the last handler", "in enumerate(handlers, 1)", "in [(len(handlers), handlers[-1])]"),
    (
        "handlers always entered",
        "given = start if number == len(handlers) else self.domain.copy(start)\n            caught =",
        "given, again = self.domain.copy(start), self.domain.copy(start)\n            caught = again if True else",
    ),
    ("a sure handler lets exceptions pass", "None if caught_all else escaping", "escaping"),
    ("every handler is sure", "caught_all or self.domain.catches_all(handler.action)", "True"),
    (
        "a handler never entered is sure",
        "            if caught is None:",
        "            caught_all = True\n            if caught is None:",
    ),
    ("only the last handler can be sure", "caught_all or self.domain", "self.domain"),
    ("uncaught exceptions are lost", "exits.raised = self._join(exits.raised, escaping)", "pass"),
    ("exceptions of handlers are lost", "exits.raised = self._join(exits.raised, escaping)", "exits.raised = escaping"),
    ("return in try is lost", "exits = Exits(returned=body.returned, broke", "exits = Exits(broke"),
    ("break in try is lost", "broke=body.broke, continued=body.continued)", "continued=body.continued)"),
    ("continue in try is lost", "broke=body.broke, continued=body.continued)", "broke=body.broke)"),
    ("else of a try skipped", "yield shape.orelse, body.normal, outside", "yield Sequence(()), body.normal, outside"),
    (
        "handlers watched by nobody",
        "yield from self._handle(shape.handlers, start, outside)",
        "yield from self._handle(shape.handlers, start, False)",
    ),
    ("else watched by nobody", "yield shape.orelse, body.normal, outside", "yield shape.orelse, body.normal, False"),
    (
        "else watched by its own try",
        "yield shape.orelse, body.normal, outside",
        "yield shape.orelse, body.normal, True",
    ),
    (
        "handlers watched by their own try",
        "yield from self._handle(shape.handlers, start, outside)",
        "yield from self._handle(shape.handlers, start, True)",
    ),
    ("finally does not watch", "outside = watched or not _is_empty(shape.final)", "outside = watched"),
    ("handlers do not watch", "outside or bool(shape.handlers)", "outside"),
    ("outer try forgotten", "outside = watched or not", "outside = not"),
    ("exceptions after every step", "or not self.domain.observable(before, after)", ""),
    ("exceptions after no step", "not self.domain.observable(before, after)", "True"),
    (
        "exceptions outside any try",
        "before = self.domain.copy(state) if watched else None\n            after",
        "before = self.domain.copy(state)\n            after",
    ),
    ("unwatched in a sequence", "yield part, current, watched", "yield part, current, False"),
    ("unwatched in an arm", "yield branch.then, then, watched", "yield branch.then, then, False"),
    ("unwatched in a loop", "yield loop.body, inside, watched", "yield loop.body, inside, False"),
    ("unwatched in for-else", "yield loop.orelse, done, watched", "yield loop.orelse, done, False"),
    (
        "code after a jump runs",
        "if current is None:\n",
        "current = current or exits.returned or exits.broke\n            if current is None:\n",
    ),
    ("the then arm is lost", "if then is not None:", "if False:"),
    ("the else arm is lost", "        if orelse is not None:", "        if False:"),
    ("joins keep the left", "self.domain.join(left, right)", "left"),
    ("joins keep the right", "self.domain.join(left, right)", "right"),
    ("an exception's state is shared", "self.domain.thrown(after)", "after"),
    ("the head of a loop is not copied", "(loop, self.domain.copy(head), count > 0)", "(loop, head, count > 0)"),
    ("handlers share their start", "start if number == len(handlers) else self.domain.copy(start)", "start"),
    (
        "handlers share what escapes",
        "self.domain.join(entry, self.domain.copy(escaping))",
        "self.domain.join(entry, escaping)",
    ),
)


def broken(old: str, new: str) -> Engine:
    """The engine with one edit made to its source; indentation counts, so that an edit hits what it means to."""
    source = inspect.getsource(engine)
    assert source.count(old) >= 1, f"the engine no longer says {old!r}"
    module = ModuleType("broken_engine")
    exec(compile(source.replace(old, new), "broken_engine", "exec"), module.__dict__)
    runner: Engine = module.run
    return runner


def caught_by(case: Case, runner: Engine) -> bool:
    """Whether the case tells this engine from a right one."""
    try:
        return ways_out(runner, case.shape) != case.exits
    except (AssertionError, AttributeError, TypeError):
        return True


@pytest.mark.parametrize(("old", "new"), [edit[1:] for edit in BROKEN], ids=[edit[0] for edit in BROKEN])
def test_the_table_finds_a_broken_engine(old: str, new: str) -> None:
    assert not any(caught_by(case, run) for case in TABLE)
    runner = broken(old, new)
    found_out = [case for case in TABLE if caught_by(case, runner)]
    assert found_out
    assert len(found_out) < len(TABLE), "an edit that breaks everything shows nothing"
