"""Where a fix goes, and by which name it calls the reset: programs and what ``--fix`` makes of them."""

from __future__ import annotations

import textwrap

import pytest
from fixture_marks import FIXTURES
from linting import lint

from lstm_lint.config import Config, Settings

HEAD = "from sb3_contrib import RecurrentPPO\nfrom lstm_runtime import reset_lstm_states_to_initial\n"
LOAD = "model.policy.load_state_dict(donor)"
USE = "model.learn(5, reset_num_timesteps=False)"
RESET = "reset_lstm_states_to_initial(model)"


FORGET = Config(settings=Settings(reset_call="league.memory.forget"))


def program(body: str, head: str = HEAD) -> str:
    """A function that warms a model up and goes on with ``body``; LOAD, USE and RESET stand for their calls."""
    text = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
    for name, call in (("LOAD", LOAD), ("USE", USE), ("RESET", RESET)):
        text = text.replace(name, call)
    return f"{head}\n\ndef run(model: RecurrentPPO, donor, flag):\n    model.learn(5)\n{text}"


def fixed(text: str) -> str:
    """The program after ``--fix``, which must settle, leave nothing to fix and change nothing a second time."""
    result = lint({"p.py": text.encode()})
    assert result.problems == () and result.refused == {}
    new = result.fixed["p.py"]
    again = lint({"p.py": new})
    assert again.fixed["p.py"] == new
    assert again.fixable == ()
    return new.decode()


# RESET is what the fix adds: each program is given without these lines.
PLACED = {
    "after-a-try-that-goes-on": """
        try:
            LOAD
        except KeyError:
            pass
        RESET
        USE
    """,
    "inside-a-try-that-returns": """
        try:
            LOAD
            RESET
        except KeyError:
            return
        USE
    """,
    "inside-a-try-with-both-ways": """
        try:
            LOAD
            RESET
        except KeyError:
            return
        except ValueError:
            pass
        USE
    """,
    "inside-a-try-that-may-return": """
        try:
            LOAD
            RESET
        except KeyError:
            if flag():
                return
        USE
    """,
    "inside-a-handler-before-finally": """
        try:
            flag()
        except KeyError:
            LOAD
            RESET
        finally:
            USE
    """,
    "inside-an-arm-that-uses-it": """
        while flag():
            if flag():
                LOAD
                RESET
                USE
            else:
                LOAD
                RESET
        USE
    """,
    "after-both-arms": """
        if flag():
            LOAD
        elif flag():
            LOAD
        else:
            LOAD
        RESET
        USE
    """,
    "inside-an-arm-that-returns": """
        if flag():
            LOAD
            RESET
            return
        elif flag():
            LOAD
        else:
            LOAD
        RESET
        USE
    """,
    "after-the-last-of-two": """
        LOAD
        LOAD
        RESET
        USE
    """,
    "inside-a-loop-that-goes-on": """
        for _ in range(3):
            try:
                LOAD
                RESET
            except KeyError:
                continue
            USE
    """,
}


@pytest.mark.parametrize("name", PLACED)
def test_the_reset_goes_where_every_way_to_the_use_meets_it(name: str) -> None:
    wanted = program(PLACED[name])
    bare = "".join(line for line in wanted.splitlines(keepends=True) if line.strip() != RESET)
    assert bare != wanted
    assert fixed(bare) == wanted


IMPORT = "from lstm_runtime import reset_lstm_states_to_initial"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (f"{IMPORT} as forget\n", "forget"),
        (f"try:\n    {IMPORT} as forget\nexcept ImportError:\n    forget = id\n", "forget"),
        (f"{IMPORT}\n", "reset_lstm_states_to_initial"),
    ],
)
def test_a_function_that_is_imported_is_called_by_its_name_there(head: str, name: str) -> None:
    text = program("LOAD\nUSE", head=f"from sb3_contrib import RecurrentPPO\n{head}")
    assert fixed(text) == text.replace(LOAD, f"{LOAD}\n    {name}(model)")


def test_an_import_in_the_same_function_will_do() -> None:
    own = f"{IMPORT} as forget"
    text = program(f"{own}\nLOAD\nUSE", head="from sb3_contrib import RecurrentPPO\n")
    assert fixed(text) == text.replace(LOAD, f"{LOAD}\n    forget(model)")


@pytest.mark.parametrize(
    "body",
    [
        f"LOAD\n{IMPORT}\nUSE",
        f"def inner():\n    {IMPORT}\nLOAD\nUSE",
        "reset_lstm_states_to_initial = print\nLOAD\nUSE",
    ],
)
def test_a_name_that_means_something_else_here_is_not_used(body: str) -> None:
    text = program(body, head="from sb3_contrib import RecurrentPPO\n")
    assert fixed(text) == text


def test_an_import_below_the_function_may_come_too_late() -> None:
    text = program("LOAD\nUSE", head="from sb3_contrib import RecurrentPPO\n") + "\n\nrun(1, 2, 3)\nimport os\n"
    new = fixed(text)
    assert new.startswith(HEAD)
    assert new.endswith("\nimport os\n")


def test_the_module_that_defines_the_reset_calls_it_as_it_is() -> None:
    text = program("LOAD\nUSE", head="from sb3_contrib import RecurrentPPO\n\n\ndef forget(model):\n    print(model)\n")
    files = {"league/__init__.py": b"", "league/memory.py": text.encode()}
    new = lint(files, FORGET).fixed["league/memory.py"].decode()
    assert new == text.replace(LOAD, f"{LOAD}\n    forget(model)")


@pytest.mark.parametrize("name", ["prime", "forget"])
def test_the_configured_reset_counts_as_one_whatever_it_is_named(name: str) -> None:
    config = Config(settings=Settings(reset_call=f"elsewhere.{name}"))
    text = program("LOAD\nUSE", head="from sb3_contrib import RecurrentPPO\n")
    result = lint({"p.py": text.encode()}, config)
    new = result.fixed["p.py"]
    assert new.decode() == text.replace(LOAD, f"{LOAD}\n    {name}(model)").replace(
        "PPO\n", f"PPO\nfrom elsewhere import {name}\n", 1
    )
    assert result.refused == {}
    assert lint({"p.py": new}, config).findings == ()


def test_a_relative_import_of_the_reset_is_known() -> None:
    text = program("LOAD\nUSE", head="from sb3_contrib import RecurrentPPO\nfrom .memory import forget\n")
    files = {"league/__init__.py": b"", "league/swap.py": text.encode()}
    new = lint(files, FORGET).fixed["league/swap.py"].decode()
    assert new == text.replace(LOAD, f"{LOAD}\n    forget(model)")


@pytest.mark.parametrize(
    "name",
    [
        "cleanrl_play_watches_checkpoint",  # a method of the agent multiplies the parts of the state
        "pufferlib_eval_dict_state",  # `forward_eval` reads the keys of the dict
        "xuance_act_loop_takes_model",  # `get_actions` makes a tensor of it
        "rllib_compute_single_action",
    ],
)
def test_none_is_not_handed_to_what_takes_the_state_apart(name: str) -> None:
    source = (FIXTURES / "RSH001" / f"{name}.py").read_bytes()
    (finding,) = (each for each in lint({"p.py": source}).findings if each.code == "RSH001")
    assert finding.fix is None or not any("= None" in edit.text for edit in finding.fix.edits)


def test_no_reset_is_written_behind_a_call_that_mostly_loads_nothing() -> None:
    source = (FIXTURES / "RSH001" / "reload_that_mostly_finds_nothing.py").read_bytes()
    found = [each for each in lint({"p.py": source}).findings if each.code == "RSH001"]
    assert len(found) == 2
    assert [each.fix.edits for each in found if each.fix is not None] == [(), ()]


def test_none_is_not_written_into_a_pair() -> None:
    text = textwrap.dedent("""\
        import torch
        from torch import nn


        def run(env, path):
            cell = nn.LSTMCell(4, 8)
            x = env.reset()
            h = c = torch.zeros(1, 8)
            while True:
                h, c = cell(x, (h, c))
                x = env.step(h)
                cell.load_state_dict(torch.load(path))
        """)
    (finding,) = (each for each in lint({"p.py": text.encode()}).findings if each.code == "RSH001")
    assert finding.fix is None or finding.fix.edits == ()
