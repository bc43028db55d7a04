"""rsl_rl 5.5.1: `OnPolicyRunner.load()` in a running session leaves the hidden states of a recurrent actor and critic.

    pip install rsl-rl-lib==5.5.1 && python rsl_rl_load.py

Ends with an AssertionError while the defect is there.
"""

import tempfile
from pathlib import Path

import torch
from rsl_rl.env import VecEnv
from rsl_rl.runners import OnPolicyRunner
from tensordict import TensorDict


class Drift(VecEnv):
    """Three environments whose episodes do not end."""

    num_envs, num_actions, max_episode_length, device, cfg = 3, 2, 1000, "cpu", {}

    def __init__(self):
        self.episode_length_buf = torch.zeros(3, dtype=torch.long)

    def get_observations(self):
        return TensorDict({"policy": torch.randn(3, 4)}, batch_size=[3])

    def step(self, actions):
        return self.get_observations(), torch.zeros(3), torch.zeros(3, dtype=torch.long), {}


def network(**more):
    return {"class_name": "RNNModel", "rnn_type": "lstm", "rnn_hidden_dim": 8, "hidden_dims": [8], **more}


def make_runner(seed, folder):
    torch.manual_seed(seed)
    return OnPolicyRunner(Drift(), {
        "algorithm": {"class_name": "PPO", "num_learning_epochs": 1, "num_mini_batches": 1},
        "actor": network(distribution_cfg={"class_name": "GaussianDistribution", "init_std": 1.0}),
        "critic": network(distribution_cfg=None),
        "obs_groups": {"actor": ["policy"], "critic": ["policy"]},
        "num_steps_per_env": 4, "save_interval": 1000,
    }, log_dir=None, device="cpu")  # fmt: skip


with tempfile.TemporaryDirectory() as folder:
    running, other = make_runner(0, folder), make_runner(1, folder)
    running.learn(2)
    before = [state.clone() for state in running.alg.actor.rnn.hidden_state]
    path = str(Path(folder, "other.pt"))
    torch.save({**other.alg.save(), "iter": 0, "infos": None}, path)
    running.load(path)
    fed = []
    handle = running.alg.actor.rnn.rnn.register_forward_pre_hook(lambda _, given: fed.append(given[1]))
    running.learn(1)  # goes on where the environments are

carried = fed[0] is not None and all(torch.equal(old, new) for old, new in zip(before, fed[0], strict=True))
print(f"the new actor began with {'the state that the old one left' if carried else 'another state'}")
assert not carried, "learn() after load() feeds states that the old weights made to the new ones"
