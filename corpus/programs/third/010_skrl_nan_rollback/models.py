import torch
import torch.nn as nn
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model


class _GRUBase:
    def _make_rnn(self, num_envs, in_size, hidden, layers, seq_len):
        self.num_envs = num_envs
        self.num_layers = layers
        self.hidden_size = hidden
        self.sequence_length = seq_len
        self.gru = nn.GRU(in_size, hidden, layers, batch_first=True)

    def get_specification(self):
        return {
            "rnn": {
                "sequence_length": self.sequence_length,
                "sizes": [(self.num_layers, self.num_envs, self.hidden_size)],
            }
        }

    def _run_rnn(self, states, inputs):
        hidden = inputs["rnn"][0]
        terminated = inputs.get("terminated", None)
        if not self.training:
            x = states.view(-1, 1, states.shape[-1])
            out, hidden = self.gru(x, hidden)
            return torch.flatten(out, 0, 1), hidden
        x = states.view(-1, self.sequence_length, states.shape[-1])
        hidden = hidden.view(self.num_layers, -1, self.sequence_length, hidden.shape[-1])[:, :, 0, :].contiguous()
        if terminated is not None and torch.any(terminated):
            outs = []
            terminated = terminated.view(-1, self.sequence_length)
            for t in range(self.sequence_length):
                out, hidden = self.gru(x[:, t : t + 1, :], hidden)
                hidden = hidden * (~terminated[:, t]).view(1, -1, 1)
                outs.append(out)
            out = torch.cat(outs, dim=1)
        else:
            out, hidden = self.gru(x, hidden)
        return torch.flatten(out, 0, 1), hidden


class Policy(_GRUBase, GaussianMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs=1, hidden=64, layers=1, seq_len=16):
        Model.__init__(self, observation_space, action_space, device)
        GaussianMixin.__init__(self, clip_actions=True)
        self._make_rnn(num_envs, self.num_observations, hidden, layers, seq_len)
        self.net = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, self.num_actions))
        self.log_std = nn.Parameter(torch.zeros(self.num_actions))

    def compute(self, inputs, role):
        out, hidden = self._run_rnn(inputs["states"], inputs)
        return torch.tanh(self.net(out)), self.log_std, {"rnn": [hidden]}


class Value(_GRUBase, DeterministicMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs=1, hidden=64, layers=1, seq_len=16):
        Model.__init__(self, observation_space, action_space, device)
        DeterministicMixin.__init__(self)
        self._make_rnn(num_envs, self.num_observations, hidden, layers, seq_len)
        self.net = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, 1))

    def compute(self, inputs, role):
        out, hidden = self._run_rnn(inputs["states"], inputs)
        return self.net(out), {"rnn": [hidden]}
