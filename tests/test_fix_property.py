"""Random programs that swap weights, linted, fixed and run on stand-ins for what they import.

A fix may go wrong in ways that no fixture shows, so the oracle is the program itself: it parses, it runs, no reset is
missing where the linter is silent, and a second ``--fix`` finds nothing to do.
"""

from __future__ import annotations

import ast
import sys
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linting import lint
from swapping_programs import Layout, laid_out, layouts, programs

RUNS = 8


class Model:
    """A stand-in for a recurrent algorithm that knows which weights made its state."""

    stale: list[int]

    def __init__(self, *_: object) -> None:
        self.weights = 0
        self.state: int | None = None
        self.policy = self.optimizer = self

    def set_parameters(self, _: object) -> None:
        self.weights += 1

    def load_state_dict(self, _: object) -> None:
        self.weights += 1

    def learn(self, _: int, reset_num_timesteps: bool = True) -> None:
        if not reset_num_timesteps and self.state not in (None, self.weights):
            Model.stale.append(sys._getframe(1).f_lineno)
        self.state = self.weights


def forget(model: Model) -> None:
    model.state = None


def stale_uses(code: bytes, coins: list[bool]) -> list[int]:
    """The lines that use a stale state when the program runs, and ``flag()`` gives what ``coins`` say."""
    left = list(coins)

    def flag() -> bool:
        return left.pop() if left else False

    def maybe() -> None:
        if flag():
            raise ValueError

    stand_ins = {"sb3_contrib": {"RecurrentPPO": Model}, "lstm_runtime": {"reset_lstm_states_to_initial": forget}}
    stand_ins["stand_ins"] = {"flag": flag, "maybe": maybe, "donor": {}}
    kept = {name: sys.modules.get(name) for name in stand_ins}
    Model.stale = []
    try:
        for name, members in stand_ins.items():
            sys.modules[name] = ModuleType(name)
            vars(sys.modules[name]).update(members)
        exec(compile(code, "program.py", "exec"), {"__name__": "program"})
    except ValueError:
        pass  # the program's own
    finally:
        for name, module in kept.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return Model.stale


def is_made_by_insertions(old: bytes, new: bytes) -> bool:
    """Whether leaving out some bytes of ``new`` gives ``old``."""
    rest = iter(new)
    return all(byte in rest for byte in old)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(text=programs(), layout=layouts(), coins=st.lists(st.lists(st.booleans(), max_size=30), max_size=RUNS))
def test_a_fixed_program_runs_without_a_stale_use(text: str, layout: Layout, coins: list[list[bool]]) -> None:
    data = laid_out(text, layout)
    compile(data, "program.py", "exec")
    result = lint({"program.py": data})
    new = result.fixed["program.py"]
    assert result.problems == () and result.refused == {}
    ast.parse(new)
    assert is_made_by_insertions(data, new)
    assert new.count(b"import reset_lstm_states_to_initial") <= 1
    again = lint({"program.py": new})
    assert again.fixed["program.py"] == new
    assert again.fixable == ()
    if not {"RSH001", "RSH002"} & {finding.code for finding in again.findings}:
        for coin in [*coins, [], [True] * 30]:
            assert stale_uses(new, coin) == []


def test_the_oracle_sees_a_stale_use() -> None:
    """It is of no use unless it fails without the fix."""
    text = (
        "from sb3_contrib import RecurrentPPO\nmodel = RecurrentPPO()\nmodel.learn(5)\n"
        "model.set_parameters('donor')\nmodel.learn(5, reset_num_timesteps=False)\n"
    )
    assert stale_uses(text.encode(), []) == [5]
    assert stale_uses(lint({"program.py": text.encode()}).fixed["program.py"], []) == []


@pytest.mark.parametrize(("old", "new", "expected"), [(b"ab", b"axb", True), (b"ab", b"ba", False)])
def test_insertions_are_told_from_other_changes(old: bytes, new: bytes, expected: bool) -> None:
    assert is_made_by_insertions(old, new) is expected
