import gymnasium as gym
import torch as th
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn


class LSTMExtractor(BaseFeaturesExtractor):
    """obs: (window, features) -> last output of an LSTM over the window"""

    def __init__(self, observation_space: gym.spaces.Box, features_dim: int = 64, n_layers: int = 1):
        super().__init__(observation_space, features_dim)
        self.lstm = nn.LSTM(observation_space.shape[-1], features_dim, n_layers, batch_first=True)
        self.norm = nn.LayerNorm(features_dim)

    def forward(self, observations: th.Tensor) -> th.Tensor:
        self.lstm.flatten_parameters()
        out, hidden = self.lstm(observations)
        return self.norm(out[:, -1])
