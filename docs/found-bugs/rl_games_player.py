"""rl_games 1.6.5: a player in evaluation mode restores a new checkpoint in the middle of a game and keeps its states.

    pip install rl-games==1.6.5 && python rl_games_player.py

Ends with an AssertionError while the defect is there.
"""

import tempfile
import threading
from pathlib import Path

import gymnasium
import torch
from rl_games.common import env_configurations
from rl_games.torch_runner import Runner


class CartPole:
    """CartPole in the form that rl_games asks of an environment: observations only from `reset`, four values a step."""

    def __init__(self, **_config):
        self.env = gymnasium.make("CartPole-v1")
        self.observation_space, self.action_space = self.env.observation_space, self.env.action_space

    def reset(self):
        return self.env.reset(seed=0)[0]

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(int(action))
        return observation, reward, terminated or truncated, info


def make_player(seed):
    torch.manual_seed(seed)
    runner = Runner()
    runner.load({"params": {
        "algo": {"name": "a2c_discrete"}, "model": {"name": "discrete_a2c"}, "seed": seed,
        "network": {
            "name": "actor_critic", "separate": False, "space": {"discrete": {}},
            "mlp": {"units": [16], "activation": "relu", "initializer": {"name": "default"}},
            "rnn": {"name": "lstm", "units": 16, "layers": 1, "before_mlp": False},
        },
        "config": {
            "env_name": "cartpole", "name": "cartpole", "device_name": "cpu", "device": "cpu", "num_actors": 1,
            "normalize_input": False, "normalize_value": False, "reward_shaper": {}, "ppo": True,
            "player": {"games_num": 1, "use_vecenv": False, "render": False},
        },
    }})  # fmt: skip
    return runner.create_player()


env_configurations.register("cartpole", {"vecenv_type": "RAY", "env_creator": lambda **config: CartPole(**config)})
player, other = make_player(0), make_player(1)
# What the folder watcher of an evaluation worker sets: look for a checkpoint every 8 steps.
player.evaluation, player.update_checkpoint_freq, player.max_steps = True, 8, 500
fed = []


def note(_module, arguments):
    """The state that reaches the network, and whose weights read it."""
    weights = "old" if torch.equal(player.model.state_dict()[NAME], old) else "new"
    fed.append((weights, max(state.abs().max().item() for state in arguments[0]["rnn_states"])))


NAME = next(name for name in player.model.state_dict() if "rnn" in name)
old = player.model.state_dict()[NAME].clone()
player.model.register_forward_pre_hook(note)
with tempfile.TemporaryDirectory() as folder:
    newer = str(Path(folder, "newer.pth"))
    torch.save({"model": other.model.state_dict()}, newer)
    # It is there from the start: the first look, at step 0, finds nothing yet.
    player.wait_for_checkpoint = lambda: None
    look = player.maybe_load_new_checkpoint

    def watch():
        player.checkpoint_to_load = newer if len(fed) == 8 else None
        look()

    player.checkpoint_mutex = threading.Lock()
    player.maybe_load_new_checkpoint = watch
    player.run()

for number, (weights, size) in enumerate(fed):
    print(f"step {number:2}: {weights} weights read a state of size {size:.4f}")
first = next(size for weights, size in fed if weights == "new")
assert first == 0, f"the new weights began in mid-game with a state of size {first:.4f} that the old ones made"
