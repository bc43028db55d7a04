import torch
import torch.nn as nn
from torch.distributions import Normal


class Memory(nn.Module):
    def __init__(self, input_size, hidden_size=128):
        super().__init__()
        self.rnn = nn.GRU(input_size, hidden_size)
        self.hidden_states = None

    def forward(self, x, hidden_states=None, keep=None):
        if hidden_states is not None:
            outs = []
            for t in range(x.shape[0]):
                o, hidden_states = self.rnn(x[t:t + 1], hidden_states)
                hidden_states = hidden_states * keep[t].view(1, -1, 1)
                outs.append(o)
            return torch.cat(outs)
        out, self.hidden_states = self.rnn(x.unsqueeze(0), self.hidden_states)
        return out.squeeze(0)

    def reset(self, dones=None):
        if self.hidden_states is None:
            return
        if dones is None:
            self.hidden_states = None
        else:
            self.hidden_states[:, dones, :] = 0.0


class ActorCriticRecurrent(nn.Module):
    is_recurrent = True

    def __init__(self, num_obs, num_actions, hidden=128, init_std=0.8):
        super().__init__()
        self.memory_a = Memory(num_obs, hidden)
        self.memory_c = Memory(num_obs, hidden)
        self.actor = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, num_actions))
        self.critic = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, 1))
        self.std = nn.Parameter(init_std * torch.ones(num_actions))

    def reset(self, dones=None):
        self.memory_a.reset(dones)
        self.memory_c.reset(dones)

    def get_hidden_states(self):
        return self.memory_a.hidden_states, self.memory_c.hidden_states

    def act(self, obs):
        return Normal(self.actor(self.memory_a(obs)), self.std)

    def act_inference(self, obs):
        return self.actor(self.memory_a(obs))

    def evaluate(self, obs):
        return self.critic(self.memory_c(obs)).squeeze(-1)

    def replay(self, obs, keep, states):
        mean = self.actor(self.memory_a(obs, states[0], keep))
        value = self.critic(self.memory_c(obs, states[1], keep)).squeeze(-1)
        return Normal(mean, self.std), value
