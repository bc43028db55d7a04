import threading

import torch
from torch import nn


class ActorCritic(nn.Module):
    def __init__(self, obs_size=45, rnn_size=128, num_actions=4):
        super().__init__()
        self.rnn_size = rnn_size
        self.encoder = nn.Sequential(nn.Linear(obs_size, rnn_size), nn.ELU())
        self.core = nn.GRU(rnn_size, rnn_size)
        self.critic_linear = nn.Linear(rnn_size, 1)
        self.action_parameterization = nn.Linear(rnn_size, num_actions)

    def forward(self, obs, rnn_states):
        x, rnn_states = self.core(self.encoder(obs).unsqueeze(0), rnn_states.unsqueeze(0))
        x = x.squeeze(0)
        return dict(action_logits=self.action_parameterization(x), values=self.critic_linear(x).squeeze(-1),
                    new_rnn_states=rnn_states.squeeze(0))


class ParameterServer:
    def __init__(self):
        self._lock = threading.Lock()
        self.policy_version = -1
        self._weights = None

    def publish(self, actor_critic, version):
        weights = {k: v.detach().clone() for k, v in actor_critic.state_dict().items()}
        with self._lock:
            self._weights, self.policy_version = weights, version

    def fetch(self):
        with self._lock:
            return self.policy_version, self._weights
