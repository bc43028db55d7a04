import torch
import torch.nn as nn


class RunningMeanStd(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.register_buffer("running_mean", torch.zeros(shape))
        self.register_buffer("running_var", torch.ones(shape))

    def forward(self, x):
        return torch.clamp((x - self.running_mean) / torch.sqrt(self.running_var + 1e-5), -5.0, 5.0)


class A2CRnnNetwork(nn.Module):
    def __init__(self, obs_dim, act_dim, units=(128, 64), rnn_units=64):
        super().__init__()
        self.rnn_units = rnn_units
        self.running_mean_std = RunningMeanStd(obs_dim)
        layers, last = [], obs_dim
        for u in units:
            layers += [nn.Linear(last, u), nn.ELU()]
            last = u
        self.actor_mlp = nn.Sequential(*layers)
        self.rnn = nn.LSTM(last, rnn_units)
        self.layer_norm = nn.LayerNorm(rnn_units)
        self.mu = nn.Linear(rnn_units, act_dim)
        self.sigma = nn.Parameter(torch.zeros(act_dim))
        self.value = nn.Linear(rnn_units, 1)

    def is_rnn(self):
        return True

    def get_default_rnn_state(self, num_seqs):
        return torch.zeros(1, num_seqs, self.rnn_units), torch.zeros(1, num_seqs, self.rnn_units)

    def forward(self, input_dict):
        x = self.actor_mlp(self.running_mean_std(input_dict["obs"])).unsqueeze(0)
        x, states = self.rnn(x, input_dict["rnn_states"])
        x = self.layer_norm(x.squeeze(0))
        return {"mus": self.mu(x), "sigmas": self.sigma.exp().expand(x.shape[0], -1),
                "values": self.value(x), "rnn_states": states}
