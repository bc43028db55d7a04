import torch
import torch.nn as nn
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model


class _GRUBody:
    def build(self, out):
        self.gru = nn.GRU(self.num_observations, self.hidden, batch_first=True)
        self.net = nn.Sequential(nn.Linear(self.hidden, 64), nn.ELU(), nn.Linear(64, out))

    def get_specification(self):
        return {"rnn": {"sequence_length": self.sequence, "sizes": [(1, self.num_envs, self.hidden)]}}

    def unroll(self, inputs):
        x, ended, h = inputs["states"], inputs.get("terminated"), inputs["rnn"][0]
        if not self.training:
            y, h = self.gru(x.view(-1, 1, x.shape[-1]), h)
            return y.flatten(0, 1), h
        x = x.view(-1, self.sequence, x.shape[-1])
        h = h.view(1, -1, self.sequence, self.hidden)[:, :, 0].contiguous()
        if ended is None:
            y, h = self.gru(x, h)
            return y.flatten(0, 1), h
        alive = 1.0 - ended.view(-1, self.sequence).float()
        ys = []
        for i in range(self.sequence):
            y, h = self.gru(x[:, i:i + 1], h)
            h = h * alive[:, i][None, :, None]
            ys.append(y)
        return torch.cat(ys, 1).flatten(0, 1), h


class Policy(_GRUBody, GaussianMixin, Model):
    def __init__(self, obs_space, act_space, device, num_envs, hidden=64, sequence=16):
        Model.__init__(self, obs_space, act_space, device)
        GaussianMixin.__init__(self, clip_actions=True, clip_log_std=True, min_log_std=-5, max_log_std=1)
        self.num_envs, self.hidden, self.sequence = num_envs, hidden, sequence
        self.build(self.num_actions)
        self.log_std = nn.Parameter(torch.zeros(self.num_actions))

    def compute(self, inputs, role):
        y, h = self.unroll(inputs)
        return torch.tanh(self.net(y)), self.log_std, {"rnn": [h]}


class Value(_GRUBody, DeterministicMixin, Model):
    def __init__(self, obs_space, act_space, device, num_envs, hidden=64, sequence=16):
        Model.__init__(self, obs_space, act_space, device)
        DeterministicMixin.__init__(self, clip_actions=False)
        self.num_envs, self.hidden, self.sequence = num_envs, hidden, sequence
        self.build(1)

    def compute(self, inputs, role):
        y, h = self.unroll(inputs)
        return self.net(y), {"rnn": [h]}
