import torch
import torch.nn as nn
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model


class LSTMMixin:
    def _build(self, num_envs, num_layers, hidden_size, sequence_length):
        self.num_envs = num_envs
        self.num_layers = num_layers
        self.hidden_size = hidden_size
        self.sequence_length = sequence_length
        self.lstm = nn.LSTM(self.num_observations, hidden_size, num_layers, batch_first=True)

    def get_specification(self):
        size = (self.num_layers, self.num_envs, self.hidden_size)
        return {"rnn": {"sequence_length": self.sequence_length, "sizes": [size, size]}}

    def _recur(self, inputs):
        states = inputs["states"]
        terminated = inputs.get("terminated", None)
        h0, c0 = inputs["rnn"][0], inputs["rnn"][1]
        if not self.training:
            out, rnn = self.lstm(states.view(-1, 1, states.shape[-1]), (h0, c0))
            return torch.flatten(out, 0, 1), rnn
        x = states.view(-1, self.sequence_length, states.shape[-1])
        h = h0.view(self.num_layers, -1, self.sequence_length, h0.shape[-1])[:, :, 0, :].contiguous()
        c = c0.view(self.num_layers, -1, self.sequence_length, c0.shape[-1])[:, :, 0, :].contiguous()
        if terminated is None or not torch.any(terminated):
            out, rnn = self.lstm(x, (h, c))
            return torch.flatten(out, 0, 1), rnn
        term = terminated.view(-1, self.sequence_length)
        pieces = []
        for i in range(self.sequence_length):
            y, (h, c) = self.lstm(x[:, i : i + 1], (h, c))
            keep = (~term[:, i].bool()).float().view(1, -1, 1)
            h, c = h * keep, c * keep
            pieces.append(y)
        return torch.flatten(torch.cat(pieces, dim=1), 0, 1), (h, c)


class Actor(LSTMMixin, GaussianMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs, hidden_size=64, sequence_length=16):
        Model.__init__(self, observation_space, action_space, device)
        GaussianMixin.__init__(self, clip_actions=True)
        self._build(num_envs, 1, hidden_size, sequence_length)
        self.net = nn.Sequential(nn.Linear(hidden_size, 64), nn.ELU(), nn.Linear(64, self.num_actions), nn.Tanh())
        self.log_std_parameter = nn.Parameter(torch.zeros(self.num_actions))

    def compute(self, inputs, role):
        y, rnn = self._recur(inputs)
        return self.net(y), self.log_std_parameter, {"rnn": list(rnn)}


class Critic(LSTMMixin, DeterministicMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs, hidden_size=64, sequence_length=16):
        Model.__init__(self, observation_space, action_space, device)
        DeterministicMixin.__init__(self)
        self._build(num_envs, 1, hidden_size, sequence_length)
        self.net = nn.Sequential(nn.Linear(hidden_size, 64), nn.ELU(), nn.Linear(64, 1))

    def compute(self, inputs, role):
        y, rnn = self._recur(inputs)
        return self.net(y), {"rnn": list(rnn)}
