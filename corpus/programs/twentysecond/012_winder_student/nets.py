import torch
import torch.nn as nn


class TensionNet(nn.Module):
    def __init__(self, n_in, n_out, width, depth=1):
        super().__init__()
        self.width, self.depth = width, depth
        self.gru = nn.GRU(n_in, width, depth)
        self.out = nn.Linear(width, n_out)

    def initial_state(self, batch):
        return torch.zeros(self.depth, batch, self.width)

    def step(self, x, h):
        y, h = self.gru(x.unsqueeze(0), h)
        return self.out(y.squeeze(0)), h

    def sequence(self, xs):
        y, _ = self.gru(xs)
        return self.out(y)


class HotSwap:
    """Holds the net in charge. The teacher begins, students replace it one after another."""

    def __init__(self, teacher, batch):
        self.batch = batch
        self.active = teacher
        self.carry = teacher.initial_state(batch)
        self.log = []

    def restart(self, idx):
        self.carry[:, idx] = 0.0

    @torch.no_grad()
    def act(self, x):
        y, self.carry = self.active.step(x, self.carry)
        return torch.tanh(y)

    def promote(self, student, when):
        self.active = student
        self.carry = student.initial_state(self.batch)
        self.log.append((when, student.width))
