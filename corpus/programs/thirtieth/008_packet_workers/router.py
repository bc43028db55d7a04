import numpy as np
import torch
import torch.nn as nn


class Fabric(object):
    """A switch with `ports` uplinks whose congestion is only seen through the delay of the last packet."""

    def __init__(self, ports=6, horizon=256):
        self.ports, self.horizon = ports, horizon

    def reset(self, seed):
        self.rs = np.random.RandomState(seed)
        self.backlog = self.rs.rand(self.ports) * 5
        self.rate = 0.5 + self.rs.rand(self.ports)
        self.t = 0
        return np.zeros(self.ports + 1, np.float32)

    def step(self, port):
        delay = self.backlog[port] / self.rate[port]
        self.backlog[port] += 1.0
        self.backlog = np.maximum(0, self.backlog - self.rate * 0.4 + self.rs.rand(self.ports) * 0.3)
        self.t += 1
        obs = np.zeros(self.ports + 1, np.float32)
        obs[port] = 1.0
        obs[-1] = delay / 10
        return obs, -delay / 10, self.t >= self.horizon


class RouteNet(nn.Module):
    def __init__(self, ports=6, width=64):
        super(RouteNet, self).__init__()
        self.gru = nn.GRU(ports + 1, width, num_layers=2, batch_first=True)
        self.out = nn.Linear(width, ports + 1)

    def forward(self, x, note=None):
        y, note = self.gru(x, note)
        y = self.out(y)
        return y[..., :-1], y[..., -1], note

    def get_flat(self):
        return nn.utils.parameters_to_vector(self.parameters()).detach().cpu().numpy()

    def set_flat(self, vec):
        nn.utils.vector_to_parameters(torch.from_numpy(np.array(vec)), self.parameters())
