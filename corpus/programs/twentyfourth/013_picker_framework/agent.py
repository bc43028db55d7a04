import copy

import torch

from registry import build


class A2CAgent:
    def __init__(self, cfg, obs_size, n_actions, n_envs):
        self.model = build("policy", cfg["policy"], obs_size=obs_size, n_actions=n_actions)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=cfg["lr"])
        self.rnn_states = self.model.initial_state(n_envs)

    def act(self, obs):
        logits, value, self.rnn_states = self.model(obs, self.rnn_states)
        dist = torch.distributions.Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), value

    def value(self, obs):
        with torch.no_grad():
            return self.model(obs, self.rnn_states)[1]

    def episode_end(self, dones):
        if self.model.is_recurrent:
            keep = (1.0 - dones).view(1, -1, 1)
            self.rnn_states = [s * keep for s in self.rnn_states]

    def detach(self):
        if self.model.is_recurrent:
            self.rnn_states = [s.detach() for s in self.rnn_states]

    def optimize(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def get_weights(self):
        return copy.deepcopy({"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()})

    def set_weights(self, weights):
        self._restore_model(weights["model"])
        self.optimizer.load_state_dict(copy.deepcopy(weights["optimizer"]))

    def _restore_model(self, tensors):
        self.model.load_state_dict(tensors)
