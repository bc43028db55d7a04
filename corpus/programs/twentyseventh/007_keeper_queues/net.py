import torch
import torch.nn as nn


class KeeperNet(nn.Module):
    def __init__(self, obs=4, act=3, size=64):
        super().__init__()
        self.size = size
        self.pre = nn.Sequential(nn.Linear(obs, size), nn.ELU())
        self.cell = nn.GRUCell(size, size)
        self.pi = nn.Linear(size, act)
        self.vf = nn.Linear(size, 1)

    def initial(self, n=1):
        return torch.zeros(n, self.size)

    def step(self, obs, h):
        h = self.cell(self.pre(obs), h)
        return self.pi(h), self.vf(h).squeeze(-1), h


def to_arrays(net):
    return {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}


def from_arrays(net, arrays):
    net.load_state_dict({k: torch.from_numpy(a) for k, a in arrays.items()})
