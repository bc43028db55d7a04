"""Time lstm-lint on generated programs that are hard for it, each in a process of its own.

``python benchmarks/worst_cases.py`` runs all of them, ``python benchmarks/worst_cases.py NAME ...`` some; ``--timeout``
bounds each one. tests/test_worst_cases.py holds the same programs to generous bounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
Program = dict[str, str]

_HEAD = """\
import torch
from sb3_contrib import RecurrentPPO


"""
_MODEL = 'RecurrentPPO("MlpLstmPolicy", "CartPole-v1")'


@dataclass(frozen=True)
class Case:
    """A hard program: how to write it, and the least number of findings it must give.

    It is 0 where the analysis may give up and be silent: what matters then is that it does so in time.
    """

    name: str
    about: str
    program: Callable[[], Program]
    findings: int


def one_file(*parts: str) -> Program:
    """A program of one module that knows RecurrentPPO."""
    return {"program.py": _HEAD + "".join(parts)}


def indented(lines: list[str], depth: int = 1) -> str:
    """The lines as a suite."""
    return "".join(f"{'    ' * depth}{line}\n" for line in lines)


def training(body: list[str]) -> str:
    """A function that owns a model which has learnt once, runs ``body`` and goes on learning."""
    start = [f"model = {_MODEL}", "model.learn(1_000)"]
    return "def train(paths, flags):\n" + indented([*start, *body, "model.learn(1_000, reset_num_timesteps=False)"])


def many_files() -> Program:
    """300 files, each of which loads and hands over to the next."""
    files = {"pkg/__init__.py": ""}
    for n in range(300):
        follow = f"from pkg.part{n + 1} import swap as follow\n" if n < 299 else "follow = print\n"
        files[f"pkg/part{n}.py"] = (
            f"{_HEAD}{follow}\n\n"
            "class Player:\n"
            f"    def __init__(self):\n        self.model = {_MODEL}\n\n"
            "    def refresh(self, path):\n"
            "        self.model.policy.load_state_dict(torch.load(path))\n"
            "        self.model.learn(100, reset_num_timesteps=False)\n\n\n"
            "def swap(model: RecurrentPPO, path):\n"
            "    model.policy.load_state_dict(torch.load(path))\n"
            "    follow(model, path)\n"
        )
    return files


def huge_file() -> Program:
    """About 5 MB of ordinary functions, every hundredth of which loads."""
    plain = (
        "def work_{n}(batch, scale=1.0):\n"
        "    total = 0.0\n"
        "    for row in batch:\n"
        "        if row.size > {n} and scale:\n"
        "            total += scale * sum(value ** 2 for value in row.values)\n"
        '    return {{"total": total, "mean": total / max(len(batch), 1)}}\n\n\n'
    )
    loading = (
        "def swap_{n}(model: RecurrentPPO, path):\n"
        "    model.policy.load_state_dict(torch.load(path))\n"
        "    model.learn(100, reset_num_timesteps=False)\n\n\n"
    )
    parts: list[str] = []
    size = 0
    while size < 5_000_000:
        parts.append((loading if len(parts) % 100 == 0 else plain).format(n=len(parts)))
        size += len(parts[-1])
    return one_file(*parts)


def many_functions() -> Program:
    """3,000 functions in one file: most are ordinary, every tenth hands the model to a helper that loads."""
    parts = ["def load(model: RecurrentPPO):\n    model.policy.load_state_dict(torch.load('x'))\n\n\n"]
    for n in range(3_000):
        act = ["load(model)", "model.learn(1, reset_num_timesteps=False)"] if n % 10 == 0 else [f"print(model, {n})"]
        parts.append(f"def f{n}(model: RecurrentPPO):\n{indented([*act, f'return {n}'])}\n\n")
    return one_file(*parts)


def call_web() -> Program:
    """400 functions that each call two others, all of which lead to one load."""
    parts = ["def f0(model: RecurrentPPO):\n    model.policy.load_state_dict(torch.load('x'))\n\n\n"]
    parts += [
        f"def f{n}(model: RecurrentPPO):\n    f{n // 2}(model)\n    f{n // 3}(model)\n    return {n}\n\n\n"
        for n in range(1, 400)
    ]
    return one_file(*parts)


def nested_calls() -> Program:
    """A helper that loads, called 80 deep in its own argument."""
    helper = "def swap(model: RecurrentPPO):\n    model.policy.load_state_dict(torch.load('x'))\n    return model\n\n\n"
    return one_file(helper, training([f"model = {'swap(' * 80}model{')' * 80}"]))


def nested_unknown_calls() -> Program:
    """Unknown calls, 80 deep, each with the model among its arguments."""
    load = "model.policy.load_state_dict(torch.load(paths))"
    return one_file(training([load, f"{'wrap(model, ' * 80}model{')' * 80}"]))


def deep_hierarchy() -> Program:
    """50 classes, each the child of the one before and with a method that calls its parent's."""
    parts = [
        "class Level0(RecurrentPPO):\n    def swap(self, path):\n"
        "        self.policy.load_state_dict(torch.load(path))\n\n\n"
    ]
    for n in range(1, 50):
        parts.append(
            f"class Level{n}(Level{n - 1}):\n"
            f"    def swap(self, path):\n        super().swap(path)\n        self.round_{n}(path)\n\n"
            f"    def round_{n}(self, path):\n        self.learn({n}, reset_num_timesteps=False)\n\n\n"
        )
    return one_file(*parts)


def wide_hierarchy() -> Program:
    """One base whose method calls an abstract one that 100 subclasses override."""
    parts = [
        "class Agent:\n"
        f"    def __init__(self):\n        self.model = {_MODEL}\n\n"
        "    def swap(self, path):\n        raise NotImplementedError\n\n"
        "    def round(self, path):\n        self.swap(path)\n"
        "        self.model.learn(10, reset_num_timesteps=False)\n\n\n"
    ]
    parts += [
        f"class Agent{n}(Agent):\n"
        "    def swap(self, path):\n"
        "        self.model.policy.load_state_dict(torch.load(path))\n"
        f"        self.extra({n})\n\n"
        f"    def extra(self, n):\n        print(n, self.model)\n\n\n"
        for n in range(100)
    ]
    return one_file(*parts)


def mutual_recursion() -> Program:
    """30 functions that each call five others, round in a ring."""
    parts = []
    for n in range(30):
        calls = [f"f{(n * 7 + step * 3 + 1) % 30}(model, depth - 1)" for step in range(5)]
        load = ["model.policy.load_state_dict(torch.load('x'))"] if n % 10 == 0 else []
        body = ["if depth == 0:", "    return", *load, *calls]
        parts.append(f"def f{n}(model: RecurrentPPO, depth):\n{indented(body)}\n\n")
    return one_file(*parts, training(["f0(model, 10)"]))


def sequential_ifs() -> Program:
    """200 if statements in a row, each on a condition of its own, some with a load and some with a reset."""
    body: list[str] = []
    for n in range(200):
        act = "model._last_lstm_states = None" if n % 7 == 3 else "model.policy.load_state_dict(torch.load(paths[0]))"
        body += [f"if flags[{n}]:" if n % 2 else f"if flag_{n}:", f"    {act if n % 5 == 0 else f'seen_{n} = {n}'}"]
    return one_file(training(body))


def elif_chain() -> Program:
    """One chain of 400 branches, each with a load of its own."""
    body: list[str] = []
    for n in range(400):
        body += [f"{'elif' if n else 'if'} flags == {n}:", f"    model.policy.load_state_dict(torch.load('{n}'))"]
    return one_file(training(body))


def many_loads() -> Program:
    """300 loads one after another in one function."""
    return one_file(training([f"model.policy.load_state_dict(torch.load('{n}'))" for n in range(300)]))


def many_loads_in_loops() -> Program:
    """100 loops one after another, each with a load under a condition."""
    body: list[str] = []
    for n in range(100):
        body += [f"for i_{n} in range(10):", f"    if i_{n} == {n}:"]
        body += [f"        model.policy.load_state_dict(torch.load('{n}'))"]
    return one_file(training(body))


def nested_loops() -> Program:
    """Loops nested eight deep, with loads and state changes on every level."""
    body: list[str] = []
    for n in range(8):
        pad = "    " * n
        body += [f"{pad}for i_{n} in range(10):", f"{pad}    last_{n} = model"]
        body += [f"{pad}    if i_{n} > {n}:", f"{pad}        last_{n}.policy.load_state_dict(torch.load('{n}'))"]
    return one_file(training(body))


def nested_tries() -> Program:
    """Statements of try/except/finally nested twelve deep around loads."""
    body: list[str] = []
    for n in range(12):
        body += [f"{'    ' * n}try:", f"{'    ' * n}    model.policy.load_state_dict(torch.load('{n}'))"]
    body += [f"{'    ' * 12}step()"]
    for n in reversed(range(12)):
        body += [f"{'    ' * n}except ValueError:", f"{'    ' * n}    print({n})"]
        body += [f"{'    ' * n}finally:", f"{'    ' * n}    print('left', {n})"]
    return one_file(training(body))


def call_ladder() -> Program:
    """20 helpers, each of which calls the next one twice: a million paths when each call is run anew."""
    parts = ["def f0(model: RecurrentPPO):\n    model.policy.load_state_dict(torch.load('x'))\n\n\n"]
    parts += [f"def f{n}(model: RecurrentPPO):\n    f{n - 1}(model)\n    f{n - 1}(model)\n\n\n" for n in range(1, 21)]
    return one_file(*parts, training(["f20(model)"]))


def many_models() -> Program:
    """100 models in 100 variables, each of which loads and learns."""
    body: list[str] = []
    for n in range(100):
        body += [f"m{n} = {_MODEL}", f"m{n}.learn(10)", f"m{n}.set_parameters(paths)"]
    body += [f"m{n}.learn(10, reset_num_timesteps=False)" for n in range(100)]
    return one_file("def train(paths):\n", indented(body))


def module_states() -> Program:
    """60 modules that keep their own state, each held by the next."""
    parts = ["from torch import nn\n\n\n"]
    for n in range(60):
        held = f"self.inner = Net{n - 1}()" if n else "self.inner = nn.Identity()"
        parts.append(
            f"class Net{n}(nn.Module):\n"
            f"    def __init__(self):\n        super().__init__()\n        self.rnn = nn.LSTM(8, 8)\n        {held}\n"
            "        self.hidden = None\n\n"
            "    def forward(self, x):\n        out, self.hidden = self.rnn(self.inner(x), self.hidden)\n"
            "        return out\n\n"
            "    def refresh(self, path):\n        self.load_state_dict(torch.load(path))\n\n\n"
        )
    return one_file(*parts)


def long_arithmetic() -> Program:
    """One expression of 3,000 operands beside a load."""
    load = "model.policy.load_state_dict(torch.load(paths))"
    return one_file(training([load, "total = " + " + ".join(f"flags[{n}]" for n in range(3_000))]))


def big_table() -> Program:
    """A dictionary of 10,000 literals and a list of as many strings beside a load."""
    table = "TABLE = {\n" + "".join(f'    "key_{n}": ({n}, "value", [{n}, {n + 1}]),\n' for n in range(10_000)) + "}\n"
    return one_file(table, "\n\n", training(["model.policy.load_state_dict(torch.load(TABLE[paths]))"]))


CASES = (
    Case("many-files", "300 files that all matter", many_files, 300),
    Case("huge-file", "5 MB with loads", huge_file, 200),
    Case("many-functions", "3,000 functions in a file", many_functions, 1),
    Case("call-web", "400 functions, each the caller of two others", call_web, 0),
    Case("nested-calls", "a helper that loads, 80 deep in its own argument", nested_calls, 0),
    Case("nested-unknown-calls", "unknown calls 80 deep", nested_unknown_calls, 1),
    Case("deep-hierarchy", "a class hierarchy 50 deep", deep_hierarchy, 1),
    Case("wide-hierarchy", "100 subclasses override a method", wide_hierarchy, 1),
    Case("mutual-recursion", "30 functions with 5 calls each", mutual_recursion, 0),
    Case("sequential-ifs", "200 if statements in a row", sequential_ifs, 1),
    Case("elif-chain", "400 branches with a load each", elif_chain, 400),
    Case("many-loads", "300 loads in a row", many_loads, 300),
    Case("many-loads-in-loops", "100 loops with a load each", many_loads_in_loops, 100),
    Case("nested-loops", "loops 8 deep with loads", nested_loops, 8),
    Case("nested-tries", "try statements 12 deep with loads", nested_tries, 12),
    Case("call-ladder", "20 helpers that call the next one twice", call_ladder, 0),
    Case("many-models", "100 models in a function", many_models, 100),
    Case("module-states", "60 modules that keep state, each in the next", module_states, 1),
    Case("long-arithmetic", "3,000 operands", long_arithmetic, 1),
    Case("big-table", "10,000 literals", big_table, 1),
)


@dataclass(frozen=True)
class Timed:
    """How long the linter took, and what it found; ``findings`` is -1 where it ran out of time or failed."""

    seconds: float
    findings: int
    said: str = ""


def timed(case: Case, timeout: float) -> Timed:
    """Run the command on the case's program."""
    with TemporaryDirectory(prefix="lstm-lint-worst-") as folder:
        root = Path(folder, "program")
        for path, text in case.program().items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "lstm_lint", "--isolated", "--output-format", "json", "."]
        start = time.perf_counter()
        try:
            done = subprocess.run(
                command,
                cwd=root,
                capture_output=True,
                text=True,
                timeout=timeout,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        except subprocess.TimeoutExpired:
            return Timed(time.perf_counter() - start, -1, "out of time")
        seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        return Timed(seconds, -1, done.stderr.strip()[-300:])
    return Timed(seconds, len(json.loads(done.stdout)["findings"]))


def main() -> int:
    """Print a line for each case; 1 when one of them failed, lost its findings or ran out of time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="the cases to run; all when none is given")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for each case (default: %(default)s)")
    arguments = parser.parse_args()
    wanted = set(arguments.names)
    if unknown := wanted - {case.name for case in CASES}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CASES)}")
    failed = 0
    for case in CASES:
        if wanted and case.name not in wanted:
            continue
        result = timed(case, arguments.timeout)
        wrong = result.said or (f"expected {case.findings}" if result.findings < case.findings else "")
        failed += bool(wrong)
        print(
            f"{result.seconds:8.2f} s  {result.findings:5d} findings  {case.name:<22} {case.about}  {wrong}", flush=True
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
