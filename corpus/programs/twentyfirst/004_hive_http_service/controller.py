import torch
import torch.nn as nn


class BroodPolicy(nn.Module):
    def __init__(self, obs_dim=9, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.norm = nn.LayerNorm(obs_dim)
        self.lstm = nn.LSTM(obs_dim, hidden, batch_first=True)
        self.mu = nn.Linear(hidden, 1)

    def forward(self, obs, state):
        y, state = self.lstm(self.norm(obs), state)
        return self.mu(y[:, -1]), state


class BroodController:
    """One network, one recurrent state for each hive that has called us."""

    MAX_WATTS = 30.0

    def __init__(self, weights, lock):
        self.lock = lock
        self.policy = BroodPolicy()
        self.policy.load_state_dict(torch.load(weights, map_location="cpu"))
        self.policy.eval()
        self.states = {}
        self.version = 1

    def _blank(self):
        return (torch.zeros(1, 1, self.policy.hidden), torch.zeros(1, 1, self.policy.hidden))

    def forget(self, hive):
        with self.lock:
            self.states.pop(hive, None)

    def reload(self, weights):
        fresh = torch.load(weights, map_location="cpu")
        with self.lock:
            self.policy.load_state_dict(fresh)
            self.policy.eval()
            self.version += 1

    @torch.no_grad()
    def step(self, hive, obs):
        x = torch.tensor(obs, dtype=torch.float32).view(1, 1, -1)
        with self.lock:
            state = self.states.get(hive) or self._blank()
            out, self.states[hive] = self.policy(x, state)
        return float(torch.sigmoid(out)) * self.MAX_WATTS
