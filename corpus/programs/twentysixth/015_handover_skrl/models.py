import torch
import torch.nn as nn
from skrl.models.torch import CategoricalMixin, DeterministicMixin, Model


class GruTrunk(nn.Module):
    def __init__(self, n_in, hidden, seq):
        super().__init__()
        self.hidden, self.seq = hidden, seq
        self.gru = nn.GRU(n_in, hidden, batch_first=True)

    def forward(self, x, rnn, ended, training):
        h = rnn[0]
        if not training:
            y, h = self.gru(x.view(-1, 1, x.shape[-1]), h)
            return y.flatten(0, 1), [h]
        x = x.view(-1, self.seq, x.shape[-1])
        h = h.view(1, -1, self.seq, self.hidden)[:, :, 0].contiguous()
        keep = 1.0 - ended.view(-1, self.seq).float() if ended is not None else None
        ys = []
        for t in range(self.seq):
            y, h = self.gru(x[:, t:t + 1], h)
            ys.append(y)
            if keep is not None:
                h = h * keep[:, t].view(1, -1, 1)
        return torch.cat(ys, 1).flatten(0, 1), [h]


def ended(inputs):
    if "terminated" not in inputs:
        return None
    return inputs["terminated"] | inputs["truncated"]


class Policy(CategoricalMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs=1, hidden=64, seq=32):
        Model.__init__(self, observation_space=observation_space, action_space=action_space, device=device)
        CategoricalMixin.__init__(self, unnormalized_log_prob=True)
        self.num_envs, self.hidden, self.seq = num_envs, hidden, seq
        self.trunk = GruTrunk(self.num_observations, hidden, seq)
        self.head = nn.Linear(hidden, self.num_actions)

    def get_specification(self):
        return {"rnn": {"sequence_length": self.seq, "sizes": [(1, self.num_envs, self.hidden)]}}

    def compute(self, inputs, role):
        y, rnn = self.trunk(inputs["observations"], inputs["rnn"], ended(inputs), self.training)
        return self.head(y), {"rnn": rnn}


class Value(DeterministicMixin, Model):
    def __init__(self, observation_space, action_space, device, num_envs=1, hidden=64, seq=32):
        Model.__init__(self, observation_space=observation_space, action_space=action_space, device=device)
        DeterministicMixin.__init__(self)
        self.num_envs, self.hidden, self.seq = num_envs, hidden, seq
        self.trunk = GruTrunk(self.num_observations, hidden, seq)
        self.head = nn.Linear(hidden, 1)

    def get_specification(self):
        return {"rnn": {"sequence_length": self.seq, "sizes": [(1, self.num_envs, self.hidden)]}}

    def compute(self, inputs, role):
        y, rnn = self.trunk(inputs["observations"], inputs["rnn"], ended(inputs), self.training)
        return self.head(y), {"rnn": rnn}
