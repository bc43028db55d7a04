import torch
import torch.nn as nn
import torch.nn.functional as F


class ThermalWorld(nn.Module):
    """Deterministic recurrent model of the building: next sensors and energy cost from memory."""

    def __init__(self, n_sensors, n_actions, size=128):
        super().__init__()
        self.size = size
        self.n_actions = n_actions
        self.embed = nn.Linear(n_sensors + n_actions, size)
        self.core = nn.GRUCell(size, size)
        self.sensors = nn.Linear(size + n_actions, n_sensors)
        self.cost = nn.Linear(size + n_actions, 1)

    def start(self, n=1):
        return torch.zeros(n, self.size)

    def update(self, memory, sensors, last_action):
        return self.core(F.silu(self.embed(torch.cat([sensors, last_action], -1))), memory)

    def predict(self, memory, action):
        x = torch.cat([memory, action], -1)
        return self.sensors(x), self.cost(x).squeeze(-1)

    def plan(self, memory, horizon=6, samples=256):
        """Random shooting in imagination, returns the first action of the cheapest plan."""
        m = memory.expand(samples, -1)
        plans = torch.randint(self.n_actions, (samples, horizon))
        total = torch.zeros(samples)
        for t in range(horizon):
            a = F.one_hot(plans[:, t], self.n_actions).float()
            s, c = self.predict(m, a)
            total += c
            m = self.update(m, s, a)
        return int(plans[total.argmin(), 0])
