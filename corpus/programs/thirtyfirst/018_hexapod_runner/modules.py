import torch
import torch.nn as nn
from torch.distributions import Normal


class Memory(nn.Module):
    """Recurrent layer that carries on by itself from call to call."""

    def __init__(self, input_size: int, hidden_size: int):
        super().__init__()
        self.rnn = nn.GRU(input_size, hidden_size)
        self.hidden_states = None
        self.register_load_state_dict_post_hook(lambda module, keys: module.forget())

    def forget(self):
        self.hidden_states = None

    def forward(self, x):
        out, self.hidden_states = self.rnn(x.unsqueeze(0), self.hidden_states)
        return out.squeeze(0)

    def unroll(self, xs, hidden, dones):
        """xs (T, N, d); dones (T, N) told after each step"""
        outs = []
        for x, d in zip(xs, dones):
            y, hidden = self.rnn(x.unsqueeze(0), hidden)
            outs.append(y.squeeze(0))
            hidden = hidden * (~d).view(1, -1, 1)
        return torch.stack(outs)

    def reset(self, dones):
        if self.hidden_states is not None:
            self.hidden_states = self.hidden_states * (~dones).view(1, -1, 1)


class HexapodActorCritic(nn.Module):
    is_recurrent = True

    def __init__(self, num_obs, num_actions, rnn_hidden_size=128):
        super().__init__()
        self.memory_a = Memory(num_obs, rnn_hidden_size)
        self.memory_c = Memory(num_obs, rnn_hidden_size)
        self.actor = nn.Sequential(nn.Linear(rnn_hidden_size, 64), nn.ELU(), nn.Linear(64, num_actions))
        self.critic = nn.Sequential(nn.Linear(rnn_hidden_size, 64), nn.ELU(), nn.Linear(64, 1))
        self.log_std = nn.Parameter(torch.full((num_actions,), -0.5))

    def get_hidden_states(self):
        return self.memory_a.hidden_states, self.memory_c.hidden_states

    def reset(self, dones):
        self.memory_a.reset(dones)
        self.memory_c.reset(dones)

    def act(self, obs):
        pi = Normal(self.actor(self.memory_a(obs)), self.log_std.exp())
        a = pi.sample()
        return a, pi.log_prob(a).sum(-1)

    def evaluate(self, obs):
        return self.critic(self.memory_c(obs)).squeeze(-1)

    def batch(self, obs, hidden, dones):
        pi = Normal(self.actor(self.memory_a.unroll(obs, hidden[0], dones)), self.log_std.exp())
        return pi, self.critic(self.memory_c.unroll(obs, hidden[1], dones)).squeeze(-1)
