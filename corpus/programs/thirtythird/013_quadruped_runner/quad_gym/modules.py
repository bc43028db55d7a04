import torch
import torch.nn as nn
from torch.distributions import Normal


class Memory(nn.Module):
    def __init__(self, input_size, hidden_size=128, num_layers=1):
        super().__init__()
        self.rnn = nn.LSTM(input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        self.hidden_states = None

    def forward(self, x):
        out, self.hidden_states = self.rnn(x.unsqueeze(0), self.hidden_states)
        return out.squeeze(0)

    def unroll(self, seq, start, dones):
        outs, state = [], start
        for x, d in zip(seq, dones):
            y, state = self.rnn(x.unsqueeze(0), state)
            outs.append(y.squeeze(0))
            keep = (1.0 - d).view(1, -1, 1)
            state = (state[0] * keep, state[1] * keep)
        return torch.stack(outs)

    def reset(self, dones=None):
        if dones is None:
            self.hidden_states = None
        elif self.hidden_states is not None:
            for s in self.hidden_states:
                s[:, dones.bool(), :] = 0.0

    def start_of(self, num_envs):
        if self.hidden_states is None:
            z = torch.zeros(1, num_envs, self.rnn.hidden_size)
            return (z, z.clone())
        return tuple(s.detach().clone() for s in self.hidden_states)


class ActorCriticRecurrent(nn.Module):
    is_recurrent = True

    def __init__(self, num_obs, num_privileged, num_actions, rnn_size=128, init_std=0.8):
        super().__init__()
        self.memory_a = Memory(num_obs, rnn_size)
        self.memory_c = Memory(num_privileged, rnn_size)
        self.actor = nn.Sequential(nn.Linear(rnn_size, 64), nn.ELU(), nn.Linear(64, num_actions))
        self.critic = nn.Sequential(nn.Linear(rnn_size, 64), nn.ELU(), nn.Linear(64, 1))
        self.log_std = nn.Parameter(torch.full((num_actions,), init_std).log())

    def distribution(self, features):
        return Normal(self.actor(features), self.log_std.exp())

    def act(self, obs):
        return self.distribution(self.memory_a(obs)).sample()

    def evaluate(self, privileged):
        return self.critic(self.memory_c(privileged)).squeeze(-1)

    def reset(self, dones=None):
        self.memory_a.reset(dones)
        self.memory_c.reset(dones)
