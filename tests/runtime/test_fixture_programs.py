"""Programs that the linter's fixtures hold and its fix writes, run for real with this runtime.

They name checkpoints that nobody has and train for hours, so a run puts in their place: weights near those of the model
made last, tiny networks, one rollout for each `learn()`. The calls of the runtime are the program's own.
"""

from __future__ import annotations

import ast
import copy
import itertools
import logging
import os
import re
import runpy
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("lstm_runtime")
pytest.importorskip("sb3_contrib")

import lstm_runtime
import stable_baselines3.common.env_util
import stable_baselines3.common.evaluation
from sb3_contrib import RecurrentPPO

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
CALLERS = sorted(
    path for path in FIXTURES.rglob("*.py") if re.search(r"^(from|import) lstm_runtime", path.read_text("utf-8"), re.M)
)
# What one can start by itself; a file of functions is only imported. Those in odd/ are about bytes and no programs.
PROGRAMS = [path for path in CALLERS if path.parent.parent == FIXTURES and path.parent.name != "odd"]
# What this stage cannot give them; that what they import is there is tested all the same.
LEFT_OUT = {
    "guard_on_a_method_nobody_has": "its environment has stages of its own",
    "none_beside_something_else": "most of its statements are left as they are, and fail as the rule says",
    "sb3_evolution_load_from_vector": "reads a population of vectors from a file",
    "sb3_notebook_cells": "plots",
    "sb3_only_lstm_actor_loaded": "reads a file of one LSTM alone",
    "sb3_reset_skipped_by_continue": "its finding is that the reset is never reached",
    "sb3_search_resets_only_in_else": "its finding is that the reset is not reached",
}


def rule_case(path: Path) -> str:
    return path.stem.removesuffix(".fixed").removesuffix(".unsafe")


class Loaded(dict[str, Any]):
    """What a file holds: a policy's weights, also under the names that programs keep them and more by."""

    def __init__(self, weights: dict[str, Any], optimizer: dict[str, Any]) -> None:
        super().__init__(weights)
        self.more = {"policy": weights, "optimizer": optimizer, "data": weights, "author": "nobody"}

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.more

    def __missing__(self, key: str) -> Any:
        return self.more[key]


class Enough(BaseException):
    """The program has called the runtime twice, and trained on."""


class Stage:
    """Small models, short training, and checkpoints that fit the model made last."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.made: list[RecurrentPPO] = []
        self.remedies: list[str] = []
        self._init, self._learn, self._set = RecurrentPPO.__init__, RecurrentPPO.learn, RecurrentPPO.set_parameters
        self._make_vec_env = stable_baselines3.common.env_util.make_vec_env
        self._times, self._scores = itertools.count(1), itertools.cycle((-1000.0, 0.0))
        stage = self

        def init(model: Any, policy: Any, env: Any, *arguments: Any, **settings: Any) -> None:
            small = {"n_steps": 8, "batch_size": 16, "n_epochs": 1, "device": "cpu", "tensorboard_log": None}
            networks = {"lstm_hidden_size": 8, "net_arch": [8]}
            own = settings.get("policy_kwargs") or {}
            stage._init(model, policy, env, *arguments, **settings | small | {"policy_kwargs": own | networks})
            stage.made.append(model)

        def learn(model: Any, total_timesteps: int, *arguments: Any, **settings: Any) -> Any:
            rollouts = 64 if settings.get("callback") else 2  # what a callback does may be due only now and then
            stage._learn(model, rollouts * model.n_steps * model.n_envs, *arguments, **settings)
            if len(stage.remedies) > 1:
                raise Enough
            return model

        def set_parameters(model: Any, source: Any, *arguments: Any, **settings: Any) -> None:
            given = stage.parameters(model) if isinstance(source, str | Path) else source
            stage._set(model, given, *arguments, **settings)

        patch.setattr(RecurrentPPO, "__init__", init)
        patch.setattr(RecurrentPPO, "learn", learn)
        patch.setattr(RecurrentPPO, "set_parameters", set_parameters)
        patch.setattr(RecurrentPPO, "load", lambda *_, **__: stage.another())
        patch.setattr(RecurrentPPO, "save", lambda *_, **__: None)
        patch.setattr(torch, "load", lambda *_, **__: Loaded(*stage.parameters(stage.made[-1]).values()))
        patch.setattr(os.path, "exists", lambda _: True)
        patch.setattr(os.path, "getmtime", lambda _: time.time() + next(stage._times))
        patch.setattr(os, "remove", lambda _: None)
        patch.setattr(stable_baselines3.common.env_util, "make_vec_env", self.environments)
        patch.setattr(
            stable_baselines3.common.evaluation, "evaluate_policy", lambda *_, **__: (next(stage._scores), 0.0)
        )
        patch.setattr(sys, "argv", ["program", "a.pt", "b.pt"])

    def environments(self, name: str, *arguments: Any, **settings: Any) -> Any:
        there = name if name in {"CartPole-v1", "Pendulum-v1"} else "Pendulum-v1"
        return self._make_vec_env(there, *arguments, **settings)

    def parameters(self, model: RecurrentPPO) -> dict[str, Any]:
        """Parameters of a near relative."""
        parameters = copy.deepcopy(
            {"policy": {name: value.detach() for name, value in model.policy.state_dict().items()}}
        )
        for value in parameters["policy"].values():
            value.add_(0.01 * torch.randn_like(value))
        return parameters | {"policy.optimizer": copy.deepcopy(model.policy.optimizer.state_dict())}

    def another(self) -> RecurrentPPO:
        last = self.made[-1]
        return RecurrentPPO("MlpLstmPolicy", last.get_env())


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    monkeypatch.chdir(tmp_path)
    for folder in ("pool", "incoming"):
        (tmp_path / folder).mkdir()
        for name in ("a.zip", "b.zip", "a.pt", "b.pt"):
            (tmp_path / folder / name).write_text("in name only")
    for name in ("a.pt", "b.pt", "c.pt"):
        (tmp_path / name).write_text("in name only")
    stage, handler = Stage(monkeypatch), logging.Handler()
    handler.emit = lambda record: stage.remedies.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("lstm_runtime")
    before = logger.level
    logger.setLevel(logging.INFO)  # not the attribute: loggers below remember what is enabled
    logger.addHandler(handler)
    yield stage
    logger.removeHandler(handler)
    logger.setLevel(before)


def names_from_the_runtime(path: Path) -> set[str]:
    tree = ast.parse(path.read_bytes())
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "lstm_runtime"]
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {alias.name for node in imported for alias in node.names} | {
        node.attr for node in used if isinstance(node.value, ast.Name) and node.value.id == "lstm_runtime"
    }


def test_there_are_programs() -> None:
    assert len(CALLERS) > 40
    assert len(PROGRAMS) > 30
    assert LEFT_OUT.keys() <= {rule_case(path) for path in PROGRAMS}


@pytest.mark.parametrize("path", CALLERS, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_what_a_fixture_imports_is_there(path: Path) -> None:
    names = names_from_the_runtime(path)
    assert names
    assert all(callable(getattr(lstm_runtime, name)) for name in names)


@pytest.mark.parametrize(
    "path", [path for path in PROGRAMS if rule_case(path) not in LEFT_OUT], ids=lambda path: path.name
)
def test_a_fixture_runs(path: Path, stage: Stage) -> None:
    with suppress(Enough):
        runpy.run_path(str(path), run_name="__main__")
    if stage.made:
        assert stage.remedies
        assert all("in environments [0" in said for said in stage.remedies)
