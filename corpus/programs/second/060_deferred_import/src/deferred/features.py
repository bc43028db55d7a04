import torch as th
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import nn


class NormalisedFeatures(BaseFeaturesExtractor):
    """Small MLP on normalised observations."""

    def __init__(self, observation_space, features_dim=64, momentum=0.005):
        super().__init__(observation_space, features_dim)
        n = observation_space.shape[0]
        self.momentum = momentum
        self.register_buffer("running_mean", th.zeros(n))
        self.register_buffer("running_var", th.ones(n))
        self.register_buffer("steps", th.zeros((), dtype=th.long))
        self.register_buffer("trace", th.zeros(n), persistent=False)
        self.net = nn.Sequential(nn.Linear(n, features_dim), nn.ReLU(), nn.Linear(features_dim, features_dim), nn.ReLU())

    def forward(self, obs):
        if self.training and obs.shape[0] > 1:
            with th.no_grad():
                self.running_mean.lerp_(obs.mean(0), self.momentum)
                self.running_var.lerp_(obs.var(0, unbiased=False), self.momentum)
                self.trace.lerp_(obs.mean(0), 0.5)
                self.steps += 1
        return self.net((obs - self.running_mean) / (self.running_var + 1e-5).sqrt())
