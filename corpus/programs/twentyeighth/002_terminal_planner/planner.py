import os

import torch
import torch.nn as nn


class PlannerNet(nn.Module):
    def __init__(self, obs_size, units):
        super().__init__()
        self.units = units
        self.fc = nn.Linear(obs_size, units)
        self.cell = nn.GRUCell(units, units)
        self.head = nn.Linear(units, 3)

    def forward(self, obs, belief):
        belief = self.cell(torch.tanh(self.fc(obs)), belief)
        return self.head(belief), belief


class QuayCrane:
    def __init__(self, number, units):
        self.number = number
        self.units = units
        self.belief = torch.zeros(1, units)

    def forget(self):
        self.belief = torch.zeros(1, self.units)


class Planner:
    def __init__(self, cfg):
        self.cfg = cfg
        self.net = PlannerNet(cfg.obs_size, cfg.units).eval()
        self.cranes = [QuayCrane(i, cfg.units) for i in range(cfg.cranes)]
        self.stamp = 0.0
        self.check_weights()

    def begin_shift(self):
        for crane in self.cranes:
            crane.forget()

    def check_weights(self):
        path = self.cfg.checkpoint
        if not os.path.exists(path):
            return False
        stamp = os.path.getmtime(path)
        if stamp <= self.stamp:
            return False
        self.stamp = stamp
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        for crane in self.cranes:
            crane.forget()
        return True

    @torch.no_grad()
    def act(self, terminal):
        for crane in self.cranes:
            logits, crane.belief = self.net(terminal.look(crane.number), crane.belief)
            terminal.apply(crane.number, int(logits.argmax(-1)))
