import numpy as np
import torch
import torch.nn as nn


class CabSim:
    def __init__(self, seed, grid=6, cabs=10, day=288):
        self.rng = np.random.RandomState(seed)
        self.grid, self.cabs, self.day = grid, cabs, day

    def start_day(self):
        self.pos = self.rng.randint(0, self.grid, (self.cabs, 2))
        self.demand = self.rng.gamma(1.0, 1.0, (self.grid, self.grid))
        self.slot = 0
        return self.look()

    def look(self):
        here = self.demand[self.pos[:, 0], self.pos[:, 1]]
        crowd = (self.pos[:, None] == self.pos[None]).all(-1).sum(1)
        cols = [self.pos[:, 0] / self.grid, self.pos[:, 1] / self.grid, here, crowd, np.full(self.cabs, self.slot / self.day)]
        return torch.tensor(np.stack(cols, 1), dtype=torch.float32)

    def drive(self, move):
        d = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])[move]
        self.pos = np.clip(self.pos + d, 0, self.grid - 1)
        fare = np.zeros(self.cabs, dtype=np.float32)
        for i, (r, c) in enumerate(self.pos):
            served = min(1.0, self.demand[r, c])
            self.demand[r, c] -= served
            fare[i] = served
        self.demand += self.rng.gamma(0.3, 0.3, self.demand.shape)
        self.slot += 1
        return self.look(), torch.from_numpy(fare), self.slot == self.day


class CabAgent(nn.Module):
    def __init__(self, hid=32):
        super().__init__()
        self.hid = hid
        self.lstm = nn.LSTMCell(5, hid)
        self.pi = nn.Linear(hid, 5)
        self.v = nn.Linear(hid, 1)
        self.state = None

    def begin(self, n):
        self.state = (torch.zeros(n, self.hid), torch.zeros(n, self.hid))

    def forward(self, x):
        self.state = self.lstm(x, self.state)
        return torch.distributions.Categorical(logits=self.pi(self.state[0])), self.v(self.state[0])[:, 0]

    def cut(self):
        self.state = tuple(s.detach() for s in self.state)
