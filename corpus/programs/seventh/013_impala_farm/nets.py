import torch
import torch.nn as nn


class FarmNet(nn.Module):
    """LSTM actor-critic; time-major inputs, the state is cut wherever an episode started."""

    def __init__(self, obs_dim, n_actions, core=128):
        super().__init__()
        self.core = core
        self.torso = nn.Sequential(nn.Linear(obs_dim, 128), nn.ReLU())
        self.lstm = nn.LSTM(128, core)
        self.policy = nn.Linear(core, n_actions)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch=1):
        return torch.zeros(1, batch, self.core), torch.zeros(1, batch, self.core)

    def forward(self, obs, first, state):
        x = self.torso(obs)
        outputs = []
        for x_t, first_t in zip(x, first):
            keep = (~first_t).float().view(1, -1, 1)
            state = tuple(keep * s for s in state)
            y, state = self.lstm(x_t.unsqueeze(0), state)
            outputs.append(y)
        y = torch.cat(outputs)
        return self.policy(y), self.baseline(y).squeeze(-1), state
