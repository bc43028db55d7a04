"""Real objects of the libraries that the vocabulary speaks for, small enough to be made in a test."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

SIZE = 4


def pfrl_agent(kind: str, recurrent: bool = True) -> Any:
    """A pfrl agent, ``PPO`` or ``DQN``, over observations of four numbers and two actions, with an LSTM."""
    import pfrl

    head: nn.Module
    if kind == "PPO":
        policy = nn.Sequential(nn.Linear(8, 2), pfrl.policies.SoftmaxCategoricalHead())
        head = pfrl.nn.Branched(policy, nn.Linear(8, 1))
    else:
        head = nn.Sequential(nn.Linear(8, 2), pfrl.q_functions.DiscreteActionValueHead())
    model = pfrl.nn.RecurrentSequential(nn.LSTM(SIZE, 8), head)
    optimizer = torch.optim.Adam(model.parameters())
    if kind == "PPO":
        return pfrl.agents.PPO(model, optimizer, update_interval=10_000, recurrent=recurrent)
    buffer = pfrl.replay_buffers.EpisodicReplayBuffer(10_000)
    explorer = pfrl.explorers.Greedy()
    return pfrl.agents.DQN(model, optimizer, buffer, 0.99, explorer, replay_start_size=10_000, recurrent=recurrent)


def rsl_rl_env() -> Any:
    """An rsl_rl VecEnv of three environments that never end."""
    from rsl_rl.env import VecEnv
    from tensordict import TensorDict

    class Drift(VecEnv):
        num_envs, num_actions, max_episode_length, device, cfg = 3, 2, 1000, "cpu", {}

        def __init__(self) -> None:
            self.episode_length_buf = torch.zeros(3, dtype=torch.long)

        def get_observations(self) -> TensorDict:
            return TensorDict({"policy": torch.randn(3, SIZE)}, batch_size=[3])

        def step(self, actions: torch.Tensor) -> tuple[TensorDict, torch.Tensor, torch.Tensor, dict[str, Any]]:
            return self.get_observations(), torch.zeros(3), torch.zeros(3, dtype=torch.long), {}

    return Drift()


def rsl_rl_runner() -> Any:
    """An OnPolicyRunner with an LSTM in the actor and in the critic."""
    from rsl_rl.runners import OnPolicyRunner

    def network(distribution: dict[str, Any] | None) -> dict[str, Any]:
        recurrent = {"class_name": "RNNModel", "rnn_type": "lstm", "rnn_hidden_dim": 8, "hidden_dims": [8]}
        return recurrent | {"distribution_cfg": distribution}

    config: dict[str, Any] = {
        "algorithm": {"class_name": "PPO", "num_learning_epochs": 1, "num_mini_batches": 1},
        "actor": network({"class_name": "GaussianDistribution", "init_std": 1.0}),
        "critic": network(None),
        "obs_groups": {"actor": ["policy"], "critic": ["policy"]},
        "num_steps_per_env": 4,
        "save_interval": 1000,
    }
    return OnPolicyRunner(rsl_rl_env(), config, log_dir=None, device="cpu")


def rl_games_player() -> Any:
    """A player for CartPole, built by rl_games' Runner, whose network has an LSTM."""
    from rl_games.torch_runner import Runner

    network = {
        "name": "actor_critic",
        "separate": False,
        "space": {"discrete": None},
        "mlp": {"units": [8], "activation": "relu", "initializer": {"name": "default"}},
        "rnn": {"name": "lstm", "units": 8, "layers": 1},
    }
    config = {
        "env_name": "CartPole-v1",
        "name": "small",
        "reward_shaper": {"scale_value": 1.0},
        "device_name": "cpu",
        "normalize_input": False,
        "player": {"deterministic": True},
    }
    runner = Runner()
    runner.load(
        {
            "params": {
                "seed": 1,
                "torch_threads": 0,
                "algo": {"name": "a2c_discrete"},
                "model": {"name": "discrete_a2c"},
                "network": network,
                "config": config,
            }
        }
    )
    return runner.create_player()


def skrl_models() -> dict[str, Any]:
    """A policy and a value function for skrl, each with an LSTM, for one environment."""
    from gymnasium.spaces import Box
    from skrl.models.torch import DeterministicMixin, GaussianMixin, Model

    def recurrent(mixin: Any, outputs: int, options: dict[str, Any]) -> Any:
        class Recurrent(mixin, Model):  # type: ignore[misc]
            def __init__(self) -> None:
                space = Box(-1.0, 1.0, (SIZE,))
                Model.__init__(self, observation_space=space, action_space=Box(-1.0, 1.0, (2,)), device="cpu")
                mixin.__init__(self, **options)
                self.lstm = nn.LSTM(SIZE, 8, batch_first=True)
                self.head = nn.Linear(8, outputs)
                self.deviation = nn.Parameter(torch.zeros(outputs))

            def get_specification(self) -> dict[str, Any]:
                return {"rnn": {"sequence_length": 1, "sizes": [(1, 1, 8), (1, 1, 8)]}}

            def compute(self, inputs: dict[str, Any], role: str = "") -> tuple[torch.Tensor, dict[str, Any]]:
                out, states = self.lstm(inputs["observations"].view(-1, 1, SIZE), tuple(inputs["rnn"]))
                extra = {"rnn": list(states)}
                if outputs > 1:
                    extra["log_std"] = self.deviation
                return self.head(out[:, 0]), extra

        return Recurrent()

    return {"policy": recurrent(GaussianMixin, 2, {}), "value": recurrent(DeterministicMixin, 1, {})}


def skrl_agent(models: dict[str, Any], memory: bool = True) -> Any:
    """A recurrent PPO agent of skrl over these models; ``init()`` is for the caller."""
    from gymnasium.spaces import Box
    from skrl.agents.torch.ppo import PPO_RNN
    from skrl.memories.torch import RandomMemory

    return PPO_RNN(
        models=models,
        memory=RandomMemory(memory_size=16, num_envs=1, device="cpu") if memory else None,
        observation_space=Box(-1.0, 1.0, (SIZE,)),
        action_space=Box(-1.0, 1.0, (2,)),
        device="cpu",
        cfg={"experiment": {"write_interval": 0, "checkpoint_interval": 0}},
    )


def torchrl_policy(env: Any, kind: str) -> Any:
    """A policy with an LSTMModule or a GRUModule; the environment gets the entries that the state needs."""
    from tensordict.nn import TensorDictModule, TensorDictSequential
    from torchrl import modules
    from torchrl.envs import InitTracker

    cell = getattr(modules, kind)(input_size=SIZE, hidden_size=8, in_key="observation", out_key="features")
    head = TensorDictModule(nn.Sequential(nn.Linear(8, 2), nn.Softmax(-1)), in_keys=["features"], out_keys=["action"])
    env.append_transform(InitTracker())
    env.append_transform(cell.make_tensordict_primer())
    return TensorDictSequential(cell, head)
