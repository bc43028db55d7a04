import torch
import torch.nn as nn


class ActorCriticLSTM(nn.Module):
    def __init__(self, obs_size, num_actions, core=64):
        super().__init__()
        self.core_size = core
        self.body = nn.Sequential(nn.Linear(obs_size, core), nn.ReLU())
        self.core = nn.LSTMCell(core, core)
        self.policy = nn.Linear(core, num_actions)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(batch_size, self.core_size) for _ in range(2))

    def forward(self, obs, state):
        state = self.core(self.body(obs), state)
        return self.policy(state[0]), self.baseline(state[0]).squeeze(-1), state
