import pufferlib.models
import pufferlib.pytorch
import torch
from torch import nn


class Base(nn.Module):
    def __init__(self, env, hidden_size=128):
        super().__init__()
        self.hidden_size = hidden_size
        self.is_continuous = False
        n = env.single_observation_space.shape[0]
        self.encoder = nn.Sequential(pufferlib.pytorch.layer_init(nn.Linear(n, hidden_size)), nn.GELU())
        self.decoder = pufferlib.pytorch.layer_init(nn.Linear(hidden_size, env.single_action_space.n), std=0.01)
        self.value = pufferlib.pytorch.layer_init(nn.Linear(hidden_size, 1), std=1.0)

    def forward_eval(self, x, state=None):
        return self.decode_actions(self.encode_observations(x, state))

    def encode_observations(self, x, state=None):
        return self.encoder(x.float())

    def decode_actions(self, h):
        return self.decoder(h), self.value(h)


class Recurrent(pufferlib.models.LSTMWrapper):
    def __init__(self, env, policy, input_size=128, hidden_size=128):
        super().__init__(env, policy, input_size, hidden_size)


def make_policy(env, device):
    return Recurrent(env, Base(env)).to(device)
