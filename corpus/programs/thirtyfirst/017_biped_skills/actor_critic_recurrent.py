import torch
import torch.nn as nn
from torch.distributions import Normal


def mlp(sizes, activation=nn.ELU):
    layers = []
    for a, b in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(a, b), activation()]
    layers.append(nn.Linear(sizes[-2], sizes[-1]))
    return nn.Sequential(*layers)


class Memory(nn.Module):
    def __init__(self, input_size, type="lstm", num_layers=1, hidden_size=256):
        super().__init__()
        rnn_cls = nn.GRU if type.lower() == "gru" else nn.LSTM
        self.rnn = rnn_cls(input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        self.hidden_states = None

    def forward(self, input, hidden_states=None, batch_mode=False):
        if batch_mode:
            out, _ = self.rnn(input, hidden_states)
            return out
        out, self.hidden_states = self.rnn(input.unsqueeze(0), self.hidden_states)
        return out

    def reset(self, dones=None):
        if self.hidden_states is None:
            return
        states = self.hidden_states if isinstance(self.hidden_states, tuple) else (self.hidden_states,)
        for s in states:
            s[..., dones, :] = 0.0


class ActorCriticRecurrent(nn.Module):
    is_recurrent = True

    def __init__(self, num_obs, num_critic_obs, num_actions, hidden_dims=(128, 64), rnn_type="lstm",
                 rnn_hidden_size=256, rnn_num_layers=1, init_noise_std=1.0):
        super().__init__()
        self.memory_a = Memory(num_obs, rnn_type, rnn_num_layers, rnn_hidden_size)
        self.memory_c = Memory(num_critic_obs, rnn_type, rnn_num_layers, rnn_hidden_size)
        self.actor = mlp([rnn_hidden_size, *hidden_dims, num_actions])
        self.critic = mlp([rnn_hidden_size, *hidden_dims, 1])
        self.std = nn.Parameter(init_noise_std * torch.ones(num_actions))

    def reset(self, dones=None):
        self.memory_a.reset(dones)
        self.memory_c.reset(dones)

    def act(self, observations):
        mean = self.actor(self.memory_a(observations).squeeze(0))
        return Normal(mean, self.std.expand_as(mean)).sample()

    def act_inference(self, observations):
        return self.actor(self.memory_a(observations).squeeze(0))

    def evaluate(self, critic_observations):
        return self.critic(self.memory_c(critic_observations).squeeze(0))
