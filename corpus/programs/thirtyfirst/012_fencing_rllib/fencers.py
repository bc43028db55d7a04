from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from ray.rllib.algorithms.callbacks import DefaultCallbacks
from ray.rllib.models.torch.recurrent_net import RecurrentNetwork
from ray.rllib.models.torch.torch_modelv2 import TorchModelV2

SALLE = Path("/tmp/salle")


class FencerGRU(RecurrentNetwork, nn.Module):
    def __init__(self, obs_space, action_space, num_outputs, model_config, name):
        nn.Module.__init__(self)
        RecurrentNetwork.__init__(self, obs_space, action_space, num_outputs, model_config, name)
        size = model_config["custom_model_config"].get("size", 96)
        self.size = size
        self.gru = nn.GRU(obs_space.shape[0], size, batch_first=True)
        self.pi = nn.Linear(size, num_outputs)
        self.vf = nn.Linear(size, 1)

    def get_initial_state(self):
        return [torch.zeros(self.size)]

    def forward_rnn(self, inputs, state, seq_lens):
        self.y, h = self.gru(inputs, state[0].unsqueeze(0))
        return self.pi(self.y), [h.squeeze(0)]

    def value_function(self):
        return self.vf(self.y).reshape(-1)


def dump(weights, name):
    SALLE.mkdir(parents=True, exist_ok=True)
    part = SALLE / f".{name}.npz"
    np.savez(part, **weights)
    part.rename(SALLE / f"{name}.npz")


def fetch(path):
    with np.load(path) as z:
        return {k: z[k] for k in z.files}


class SparringPartners(DefaultCallbacks):
    """Every bout the right hand fencer is another of those who trained here before."""

    def __init__(self):
        super().__init__()
        self.rng = np.random.default_rng()

    def on_episode_start(self, *, worker, base_env, policies, episode, env_index, **kwargs):
        assert base_env.num_envs == 1
        who = sorted(SALLE.glob("fencer*.npz"))
        if not who:
            return
        # recent ones more often
        p = np.arange(1, len(who) + 1, dtype=float) ** 1.5
        pick = who[self.rng.choice(len(who), p=p / p.sum())]
        policies["partner"].set_weights(fetch(pick))
        episode.user_data["partner"] = pick.stem

    def on_episode_end(self, *, worker, base_env, policies, episode, env_index, **kwargs):
        name = episode.user_data.get("partner", "raw")
        env = base_env.get_sub_environments()[env_index]
        episode.custom_metrics[f"won_vs_{name}"] = float(env.score["left"] > env.score["right"])

    def on_train_result(self, *, algorithm, result, **kwargs):
        if result["training_iteration"] % 25 == 0:
            dump(algorithm.get_policy("pupil").get_weights(), f"fencer{result['training_iteration']:05d}")
