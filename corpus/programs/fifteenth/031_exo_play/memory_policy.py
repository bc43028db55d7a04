import torch
import torch.nn as nn
from torch.distributions import Normal


class Memory(nn.Module):
    def __init__(self, input_size, hidden_size=128, layers=1):
        super().__init__()
        self.rnn = nn.LSTM(input_size, hidden_size, layers)
        self.hidden_states = None

    def forward(self, x):
        out, self.hidden_states = self.rnn(x.unsqueeze(0), self.hidden_states)
        return out.squeeze(0)

    def reset(self, dones=None):
        if dones is None:
            self.hidden_states = None
        elif self.hidden_states is not None:
            for s in self.hidden_states:
                s[:, dones.bool(), :] = 0.0


class RecurrentActor(nn.Module):
    is_recurrent = True

    def __init__(self, num_obs, num_actions, hidden=(128, 64), rnn_hidden=128):
        super().__init__()
        self.memory_a = Memory(num_obs, rnn_hidden)
        dims = [rnn_hidden, *hidden]
        layers = []
        for a, b in zip(dims[:-1], dims[1:]):
            layers += [nn.Linear(a, b), nn.ELU()]
        self.actor = nn.Sequential(*layers, nn.Linear(dims[-1], num_actions))
        self.std = nn.Parameter(torch.ones(num_actions))

    def act(self, obs):
        return Normal(self.actor(self.memory_a(obs)), self.std).sample()

    def act_inference(self, obs):
        return self.actor(self.memory_a(obs))

    def reset(self, dones=None):
        self.memory_a.reset(dones)
