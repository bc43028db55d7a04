"""A RecurrentPPO as a trainable of Ray Tune.

With `reuse_actors=True` the actor of one trial goes on with the weights of another: its environments are in
mid-episode, and the state that it carries was made by weights that are gone. `load_checkpoint` makes it right.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ray import tune
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from lstm_runtime.errors import CheckpointError
from lstm_runtime.exploit.apply import apply_exploit
from lstm_runtime.ray.agent import Agent
from lstm_runtime.ray.hyperparameters import CHANGEABLE, change, default
from lstm_runtime.ray.normalization import install, refuse_unfit, statistics

# The settings of the trainable with their defaults. Every other key of the config is an argument of RecurrentPPO.
SETTINGS: dict[str, Any] = {
    "env": None,
    "n_envs": 4,
    "env_kwargs": None,
    "vec_normalize": None,
    "policy": "MlpLstmPolicy",
    "rollouts": 1,
    "remedy": "rewarm",
    "optimizer_state": "copy",
    "history_steps": 64,
    "start": "stored",
    "guard": None,
}

# Those that can change while an agent goes on; the others need a new one, as most arguments of RecurrentPPO do.
_LASTING = frozenset({"rollouts", "remedy", "optimizer_state", "start"})

_AGENT, _RUN = "agent.pt", "run.pt"


class RecurrentPPOTrainable(tune.Trainable):  # type: ignore[misc, unused-ignore]
    """Trains a RecurrentPPO, `rollouts` rollouts an iteration; for `PopulationBasedTraining`, reused actors included.

    Keys of the config: `env` (an id, or a callable that returns an environment), `n_envs`, `env_kwargs`,
    `vec_normalize` (arguments of VecNormalize; None for none), `policy`, `rollouts`, and any argument of RecurrentPPO
    (`n_steps`, `learning_rate`, `policy_kwargs`, `seed` …), schedules as plain numbers. What happens when a checkpoint
    comes into an agent that is in mid-episode is said by `remedy` ("rewarm", "reset", "keep"), `start` and
    `history_steps` as in `rewarm_lstm_states`, and `optimizer_state` ("copy", "reset"). `guard` is a mode of
    `lstm_runtime.guard`, None for no guard. What is in `hyperparameters.CHANGEABLE` can be mutated in a running agent;
    with another value of anything else it is built anew.

    Reported are all figures that stable-baselines3 logs (`rollout/…`, `train/…`, `pbt/…`, `recurrent/…`), `timesteps`,
    `reward_per_step` (mean of the last rollout, as the algorithm saw it) and, once an episode has ended,
    `episode_reward_mean`. The `pbt/` and `recurrent/` figures are the actor's: a trial that was paused and resumed
    counts as an exploit as well, since the actor that it gets may come from any trial.

    A checkpoint holds weights and optimizer (full parameters, as `apply_exploit` takes them), the number of steps, the
    returns of the last episodes and the statistics of VecNormalize. It is loaded with `weights_only=True`.
    """

    _config: dict[str, Any]
    _agent: Agent
    # Whether the actor was handed over, and no checkpoint has come yet.
    _is_borrowed: bool

    def setup(self, config: dict[str, Any]) -> None:
        """Begin from nothing. Raises ValueError without an `env`."""
        self._begin(config)

    def make_env(self) -> VecEnv:
        """The environments of a new agent; for subclasses to override. `self.setting(key)` has the config."""
        env, kwargs = self.setting("env"), self.setting("env_kwargs")
        if env is None:
            raise ValueError('the config has no "env": an id, or a callable that returns an environment')
        envs: VecEnv = make_vec_env(env, self.setting("n_envs"), seed=self.setting("seed"), env_kwargs=kwargs)
        normalize = self.setting("vec_normalize")
        return envs if normalize is None else VecNormalize(envs, **normalize)

    def setting(self, key: str) -> Any:
        """What the config says, or the default."""
        return self._config.get(key, SETTINGS.get(key))

    @property
    def model(self) -> RecurrentPPO:
        """The algorithm that is trained; another one after a change that needs a new agent."""
        return self._agent.model

    def step(self) -> dict[str, Any]:
        """Train for `rollouts` rollouts, in the episodes that are running."""
        self._settle()
        steps = self.setting("rollouts") * self.model.n_steps * self.model.n_envs
        self.model.learn(steps, callback=self._agent.callbacks(), reset_num_timesteps=False)
        return self._report()

    def parameters(self) -> dict[str, Any]:
        """What a checkpoint hands over, in the form "v2_full_parameters"; subclasses may add further state_dicts."""
        policy = self.model.policy
        return {"policy": policy.state_dict(), "optimizer": policy.optimizer.state_dict()}

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Write weights, optimizer and what belongs to them into the folder."""
        self._settle()
        torch.save(self.parameters(), Path(checkpoint_dir) / _AGENT)
        run = {
            "num_timesteps": self.model.num_timesteps,
            "episodes": [{key: float(value) for key, value in episode.items()} for episode in self._episodes()],
            "vec_normalize": statistics(self.model),
        }
        torch.save(run, Path(checkpoint_dir) / _RUN)

    def load_checkpoint(self, checkpoint: dict[str, Any] | str | None) -> None:
        """Take over an agent; the carried state is re-warmed, or what else `remedy` says.

        Raises CheckpointError for a checkpoint that does not fit or cannot be read, with the agent as it was.
        """
        if not isinstance(checkpoint, str):
            raise TypeError(f"a checkpoint is a folder, not a {type(checkpoint).__name__}")
        run = _read(Path(checkpoint) / _RUN)
        refuse_unfit(self.model, run["vec_normalize"])
        replay: dict[str, Any] = {"history": self._agent.history, "start": self.setting("start")}
        with self._agent.exploits.metrics.exploit(self.model, **replay):
            apply_exploit(
                self.model,
                Path(checkpoint) / _AGENT,
                checkpoint_format="v2_full_parameters",
                optimizer=self.setting("optimizer_state"),
                remedy=self.setting("remedy"),
                **replay,
            )
        install(self.model, run["vec_normalize"])
        self.model.num_timesteps = run["num_timesteps"]
        self._install_episodes(run["episodes"])
        self._is_borrowed = False

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Hand the actor over to another trial, which goes on from its checkpoint or, if none comes, from nothing."""
        config = dict(new_config)
        changed = {key for key in {*self._config, *config} if self._config.get(key) != config.get(key)}
        if changed <= CHANGEABLE | _LASTING:
            self._config = config
            change(self.model, {key: config.get(key, default(key)) for key in changed - _LASTING})
        else:
            self._begin_again(config)
        self._is_borrowed = True
        return True

    def cleanup(self) -> None:
        """Close the environments."""
        self._agent.close()

    def _begin(self, config: Mapping[str, Any]) -> None:
        self._config = dict(config)
        arguments = {key: value for key, value in config.items() if key not in SETTINGS}
        model = RecurrentPPO(self.setting("policy"), self.make_env(), **arguments)
        self._agent = Agent(model, self.setting("history_steps"), self.setting("guard"))
        self._is_borrowed = False

    def _begin_again(self, config: Mapping[str, Any]) -> None:
        self._agent.close()
        self._begin(config)

    def _settle(self) -> None:
        """Begin from nothing if no checkpoint came: what the actor has learnt is not this trial's."""
        if self._is_borrowed:
            self._begin_again(self._config)

    def _episodes(self) -> list[dict[str, Any]]:
        return list(self.model.ep_info_buffer or ())

    def _install_episodes(self, episodes: list[dict[str, Any]]) -> None:
        """Go on with the record of the weights that came: those of the old ones would speak for the new."""
        model = self.model
        model.ep_info_buffer = deque(episodes, maxlen=model._stats_window_size)
        model.ep_success_buffer = deque(maxlen=model._stats_window_size)

    def _report(self) -> dict[str, Any]:
        report: dict[str, Any] = {
            **self._agent.figures.last,
            "timesteps": self.model.num_timesteps,
            "reward_per_step": float(self.model.rollout_buffer.rewards.mean()),
        }
        if self._episodes():
            report["episode_reward_mean"] = float(np.mean([episode["r"] for episode in self._episodes()]))
        return report


def _read(file: Path) -> dict[str, Any]:
    try:
        run = torch.load(file, weights_only=True)
        return {key: run[key] for key in ("num_timesteps", "episodes", "vec_normalize")}
    except Exception as error:
        raise CheckpointError(f"{file} is no checkpoint of this trainable, or damaged: {error}") from error
