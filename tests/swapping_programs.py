"""Programs that swap the weights of a model in all manner of places, as hypothesis makes them up."""

from __future__ import annotations

import re
from textwrap import indent
from typing import NamedTuple

from hypothesis import strategies as st

LOADS = (
    "model.set_parameters('p')",
    "model.policy.load_state_dict(donor)  # the best",
    "model.policy.load_state_dict(\n    donor,  # the best\n)",
    "model.policy.load_state_dict(\\\n    donor)",
    "done = model.policy.load_state_dict(donor)",
    "x = 1; model.set_parameters('p')",
    "model.set_parameters('p'); x = 1",
    "model.set_parameters('p');",
    "model.set_parameters('p'); model.learn(5, reset_num_timesteps=False)",
    "model.policy.load_state_dict(donor); model.policy.optimizer.load_state_dict(donor)",
    "if (done := model.policy.load_state_dict(donor)): pass",
    "assert model.policy.load_state_dict(donor) is None",
    "print(end='' if model.policy.load_state_dict(donor) else '')",
    "model.policy.load_state_dict(donor) if flag() else None",
    "flag() and model.policy.load_state_dict(donor)",
    "[model.policy.load_state_dict(each) for each in (donor, donor)]",
    "if flag(): model.set_parameters('p')",
    "if flag(): model.set_parameters('p')\nelse: x = 2",
    "try: model.set_parameters('p')\nexcept ValueError: x = 2",
    "while flag(): model.set_parameters('p'); x = 3",
    "# before\nmodel.set_parameters('p')\n# after",
    "\nmodel.set_parameters('p')\n",
    "text = '''\n'''; model.set_parameters('p')",
)
OTHERS = (
    "model.learn(5, reset_num_timesteps=False)",
    "model.learn(\n    5, reset_num_timesteps=False\n)",
    "maybe()",
    "x = flag()",
    "# a comment\npass",
    "reset_lstm_states_to_initial(model)",
)
JUMPS = ("if flag(): continue", "if flag(): break", "continue", "break")
RETURNS = ("if flag(): return", "return", "return model.policy.load_state_dict(donor)")

HEADS = (
    "",
    '"""Docstring."""\n',
    "# comment\n\n",
    '#!/usr/bin/env python\n"""Doc\nstring."""\nfrom __future__ import annotations\n',
    "from __future__ import annotations\n",
)
IMPORTS = (
    "",
    "import os; import sys\n",
    "import os  # os\n",
    "from typing import (\n    TYPE_CHECKING,\n)\n\nif TYPE_CHECKING:\n    import os\n",
    "try:\n    import os\nexcept ImportError:\n    os = None\n",
    "if True:\n    import os\n",
)
RUNTIME = "from lstm_runtime import reset_lstm_states_to_initial\n"
MODEL = 'RecurrentPPO("MlpLstmPolicy", "CartPole-v1")'
WRAPPERS = (
    "model = {model}\n{body}",
    "def main(model: RecurrentPPO):\n    {body}\n\n\nmain({model})",
    "class Trainer:\n    def main(self, model: RecurrentPPO):\n        {body}\n\n\nTrainer().main({model})",
    "def outer():\n    class Trainer:\n        @staticmethod\n        def main(model: RecurrentPPO):\n"
    "            {body}\n    return Trainer\n\n\nouter().main({model})",
    "async def main(model: RecurrentPPO):\n    {body}\n\n\nimport asyncio\nasyncio.run(main({model}))",
)


class Layout(NamedTuple):
    """How a program is written down."""

    newline: str
    tabs: bool
    mark: bool
    ended: bool


def layouts() -> st.SearchStrategy[Layout]:
    return st.builds(Layout, st.sampled_from(["\n", "\n", "\r\n", "\r"]), st.booleans(), st.booleans(), st.booleans())


def laid_out(text: str, layout: Layout) -> bytes:
    if layout.tabs:
        text = re.sub(r"^(?:    )+", lambda found: "\t" * (len(found[0]) // 4), text, flags=re.MULTILINE)
    if not layout.ended:
        text = text.removesuffix("\n")
    return text.replace("\n", layout.newline).encode("utf-8-sig" if layout.mark else "utf-8")


def _indented(text: str) -> str:
    """One level in; the lines of a string stay where they are, since they are its value."""
    return indent(text, "    ").replace("\n    '''", "\n'''")


def _block(statements: list[str]) -> str:
    return _indented("\n".join(statements))


@st.composite
def suites(draw: st.DrawFn, depth: int, loop: bool, function: bool, most: int = 2) -> str:
    """A few statements, indented."""
    return _block([draw(statements(depth, loop, function)) for _ in range(draw(st.integers(1, most)))])


@st.composite
def statements(draw: st.DrawFn, depth: int, loop: bool, function: bool) -> str:
    """A simple statement, or a compound one over further suites."""
    kind = draw(st.sampled_from(["load", "load", "load", "other", "other", "jump", "compound", "compound"]))
    if kind == "jump" and (loop or function):
        return draw(st.sampled_from((JUMPS if loop else ()) + (RETURNS if function else ())))
    if kind == "compound" and depth:
        return draw(_compound(depth - 1, loop, function))
    return draw(st.sampled_from(LOADS if kind == "load" else OTHERS))


@st.composite
def _compound(draw: st.DrawFn, depth: int, loop: bool, function: bool) -> str:
    def suite(in_loop: bool = loop, in_function: bool = function) -> str:
        return draw(suites(depth, in_loop, in_function))

    shape = draw(st.sampled_from(["if", "else", "elif", "for", "while", "try", "finally", "with", "match"]))
    if shape == "if":
        return f"if flag():\n{suite()}"
    if shape == "else":
        return f"if flag():\n{suite()}\nelse:\n{suite()}"
    if shape == "elif":
        return f"if flag():\n{suite()}\nelif flag():\n{suite()}\nelse:\n{suite()}"
    if shape == "for":
        return f"for _ in range(2):\n{suite(True)}"
    if shape == "while":
        return f"while flag():\n{suite(True)}\nelse:\n{suite()}"
    if shape == "try":
        return f"try:\n{suite()}\nexcept ValueError:\n{suite()}"
    if shape == "finally":
        return f"try:\n{suite()}\nexcept ValueError:\n{suite()}\nfinally:\n{suite(False, False)}"
    if shape == "with":
        return f"with open(__import__('os').devnull) as file:\n{suite()}"
    return f"match flag():\n    case True:\n{_indented(suite())}\n    case _:\n{_indented(suite())}"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A whole program: imports, a model that has run for a while, and what is done to it."""
    wrapper = draw(st.sampled_from(WRAPPERS))
    body = ["model.learn(5)"]
    body += [draw(statements(2, False, wrapper is not WRAPPERS[0])) for _ in range(draw(st.integers(1, 4)))]
    level = re.search(r"^( *)\{body\}", wrapper, flags=re.MULTILINE)
    assert level is not None
    text = "\n".join(body)
    for _ in range(len(level[1]) // 4):
        text = _indented(text)
    head = draw(st.sampled_from(HEADS)) + "from sb3_contrib import RecurrentPPO\n" + draw(st.sampled_from(IMPORTS))
    if "reset_lstm_states_to_initial" in text:
        head += RUNTIME
    head += "from stand_ins import flag, maybe, donor\n\n\n"
    return head + wrapper.replace(f"{level[1]}{{body}}", text).replace("{model}", MODEL) + "\n"
