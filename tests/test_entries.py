"""Which functions are run on their own: each part of a program once, if its caller in view says all there is."""

from __future__ import annotations

import pytest
from linting import lint

from lstm_lint.project.rebinding import computing, rebinds
from lstm_lint.typestate import interpret

PROGRAM = b"""
import argparse

from sb3_contrib import RecurrentPPO


def main(args):
    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    model.learn(1_000)
    model.set_parameters(args.best)
    model.learn(1_000, reset_num_timesteps=False)


if __name__ == "__main__":
    main(argparse.ArgumentParser().parse_args())
"""
MAIN = "program:main"


def _entries(source: bytes) -> set[str]:
    trace = lint({"program.py": source}).trace
    assert trace is not None
    return {record.event.entry.partition("|")[0] for record in trace.recorder.records.values()}


def test_a_program_is_run_where_it_is_called() -> None:
    assert _entries(PROGRAM) == {"program:<module>"}
    assert [finding.code for finding in lint({"program.py": PROGRAM}).findings] == ["RSH001"]


def test_it_is_run_on_its_own_where_nothing_calls_it() -> None:
    assert _entries(PROGRAM.partition(b"if __name__")[0]) == {MAIN}


def test_so_it_is_where_its_caller_was_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpret, "MAX_STEPS", 1)
    monkeypatch.setattr(interpret, "PLENTY", 3)
    assert MAIN in _entries(PROGRAM)


def test_and_where_it_takes_an_object() -> None:
    given = PROGRAM.replace(b"main(args)", b"main(args, model)").replace(b"parse_args())", b"parse_args(), None)")
    assert MAIN in _entries(given)


LOOP = b"""
import numpy as np
import torch


def place(count, free, net, h):
    rows = np.zeros(count)
    for _ in range(10):
        new = np.random.rand(count)
        {}
    return rows
"""


@pytest.mark.parametrize(
    "statement, found",
    [
        ("rows = torch.where(free, new, rows)", False),
        ("rows = new(free, rows)", True),
        ("rows = step(new, rows)", True),
    ],
)
def test_a_function_of_a_numeric_library_is_no_network(statement: str, found: bool) -> None:
    trace = lint({"place.py": LOOP.replace(b"{}", statement.encode()) + PROGRAM}).trace
    assert trace is not None
    (function,) = [f for f in trace.project.functions if f.fact.name == "place"]
    assert rebinds(function.fact.body, computing(function.module.facts.imports)) is found


@pytest.mark.parametrize(
    "statement, found",
    [
        ("new = np.random.randint(3, 5)\n        rows, count = draw(new, rows)", False),
        ("new = count\n        rows = step(new, rows)", False),
        ("new = np.random.randn(8)\n        rows = step(new, rows)", True),  # which may be weights
    ],
)
def test_a_number_that_is_handed_over_is_no_network(statement: str, found: bool) -> None:
    text = LOOP.replace(b"        new = np.random.rand(count)\n", b"").replace(b"{}", statement.encode())
    trace = lint({"place.py": text + PROGRAM}).trace
    assert trace is not None
    (function,) = [f for f in trace.project.functions if f.fact.name == "place"]
    assert rebinds(function.fact.body, computing(function.module.facts.imports)) is found


FLOOD = b"""
class Store:
    def add(self, x): self.items.append(x)

    def copy(self): return Store()


def reach(cells, store):
    seen, todo = set(), [cells[0]]
    while todo:
        cell = todo.pop()
        {}
    return seen
"""


@pytest.mark.parametrize(
    "statement, found",
    [("seen.add(cell)", False), ("store.add(cell)", True), ("todo = cells; todo.add(cell)", True)],
)
def test_a_method_of_a_set_is_none_of_the_project(statement: str, found: bool) -> None:
    trace = lint({"flood.py": FLOOD.replace(b"{}", statement.encode()) + PROGRAM}).trace
    assert trace is not None
    (add,) = [f for f in trace.project.functions if f.fact.name == "add"]
    assert ("reach" in {f.fact.name for f in trace.project.callers.of(add)}) is found


KEEPER = b"""
class Store:
    def add(self, x): self.items.append(x)


class Keeper:
    def __init__(self, given):
        self.kept = []
        {}

    def keep(self, x):
        self.kept.add(x)
"""


@pytest.mark.parametrize(
    "statement, found",
    [
        ("pass", False),
        ("self.kept = None", False),
        ("self.kept, self.other = given", True),
        ("vars(self).update(given)", True),
        ("setattr(self, 'ke' + 'pt', given)", True),
        ("given.kept = Store()", True),
        ("self.later = lambda: None\n        def late(): self.kept = given", True),
        ("with given as self.kept: pass", True),
        ("for given.kept in self.kept: pass", True),
        ("setattr(given, 'kept', self)", True),
        ("given.__dict__['kept'] = self", True),
    ],
)
def test_an_attribute_that_only_holds_lists_is_no_object(statement: str, found: bool) -> None:
    trace = lint({"keeper.py": KEEPER.replace(b"{}", statement.encode()) + PROGRAM}).trace
    assert trace is not None
    (add,) = [f for f in trace.project.functions if f.fact.name == "add"]
    assert ("keep" in {f.fact.name for f in trace.project.callers.of(add)}) is found


@pytest.mark.parametrize(
    "head, found",
    [
        ("seen = set()", False),
        ("seen = set()\n    def late():\n        nonlocal seen\n        seen = store", True),
        ("for seen in store: pass", True),
        ("seen = [] if cells else store", True),
        ("seen, rest = store", True),
    ],
)
def test_a_variable_that_may_hold_an_object_is_no_list(head: str, found: bool) -> None:
    text = FLOOD.replace(b"seen, todo = set(), [cells[0]]", head.encode() + b"\n    todo = [cells[0]]")
    trace = lint({"flood.py": text.replace(b"{}", b"seen.add(cell)") + PROGRAM}).trace
    assert trace is not None
    (add,) = [f for f in trace.project.functions if f.fact.name == "add"]
    assert ("reach" in {f.fact.name for f in trace.project.callers.of(add)}) is found


@pytest.mark.parametrize(
    "value, found", [("heads", False), ("self.width // heads", True), ("h0", True), ("start()", True)]
)
def test_what_is_a_number_by_its_name_is_kept_as_no_state(value: str, found: bool) -> None:
    text = f"class Attention:\n    def __init__(self, heads, h0, start):\n        self.h = {value}\n"
    trace = lint({"attention.py": text.encode() + PROGRAM}).trace
    assert trace is not None
    (made,) = [f for f in trace.project.functions if f.fact.qualname == "Attention.__init__"]
    assert trace.project.callers.concerns(made) is found


def test_what_a_class_beside_it_gives_counts_where_another_derives_from_both() -> None:
    both = b"""

class Attaching:
    def attach(self, store):
        self.kept = store


class Full(Keeper, Attaching): ...
"""
    for more, found in ((b"", False), (both, True)):
        trace = lint({"keeper.py": KEEPER.replace(b"{}", b"pass") + more + PROGRAM}).trace
        assert trace is not None
        (add,) = [f for f in trace.project.functions if f.fact.name == "add"]
        assert ("keep" in {f.fact.name for f in trace.project.callers.of(add)}) is found


def test_a_variable_that_another_module_sets_may_hold_an_object() -> None:
    shared = b"""
sink = []


class Store:
    def add(self, x): self.items.append(x)


def push(x):
    sink.add(x)
"""
    for main, found in ((b"import shared\n", False), (b"import shared\nshared.sink = shared.Store()\n", True)):
        trace = lint({"shared.py": shared + PROGRAM, "main.py": main + PROGRAM}).trace
        assert trace is not None
        (add,) = [f for f in trace.project.functions if f.fact.name == "add"]
        assert ("push" in {f.fact.name for f in trace.project.callers.of(add)}) is found
