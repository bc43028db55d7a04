import copy
import random
import time
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class ThermalNet(nn.Module):
    """Predicts the next rack temperatures from temperatures, IT load and fan speed."""

    def __init__(self, racks, hidden=64):
        super().__init__()
        self.racks = racks
        self.rnn = nn.GRU(2 * racks + 1, hidden, batch_first=True)
        self.delta = nn.Linear(hidden, racks)

    def forward(self, temps, load, fan, h=None):
        y, h = self.rnn(torch.cat([temps, load, fan], dim=-1), h)
        return temps + self.delta(y), h


class CoolingController:
    def __init__(self, plant, racks=12, limit=27.0, history=20000, window=120, seed=0):
        random.seed(seed)
        torch.manual_seed(seed)
        self.plant = plant                  # has read() -> (temps, loads), set_fan(x)
        self.racks = racks
        self.limit = limit
        self.window = window
        self.history = deque(maxlen=history)
        self.model = ThermalNet(racks).eval()
        self.candidate = ThermalNet(racks)
        self.candidate.load_state_dict(self.model.state_dict())
        self.opt = torch.optim.Adam(self.candidate.parameters(), lr=1e-3)
        self.h = torch.zeros(1, 1, 64)
        self.fan_levels = torch.linspace(0.2, 1.0, 9)
        self.swaps = 0

    # ---- control -------------------------------------------------------
    @torch.no_grad()
    def choose_fan(self, temps, load):
        """Lowest fan level that keeps all racks below the limit for the next minutes."""
        for level in self.fan_levels:
            t, h = temps.view(1, 1, -1), self.h
            ok = True
            for _ in range(10):
                t, h = self.model(t, load.view(1, 1, -1), level.view(1, 1, 1), h)
                if t.max() > self.limit:
                    ok = False
                    break
            if ok:
                return level
        return self.fan_levels[-1]

    @torch.no_grad()
    def advance(self, temps, load, fan):
        """Take the real measurement into the memory of the model."""
        _, self.h = self.model(temps.view(1, 1, -1), load.view(1, 1, -1), fan.view(1, 1, 1), self.h)

    # ---- learning ------------------------------------------------------
    def sample(self, n):
        rows = list(self.history)
        starts = [random.randrange(len(rows) - self.window) for _ in range(n)]
        cut = [rows[s:s + self.window] for s in starts]
        temps = torch.stack([torch.stack([r[0] for r in c]) for c in cut])
        load = torch.stack([torch.stack([r[1] for r in c]) for c in cut])
        fan = torch.stack([torch.stack([r[2].view(1) for r in c]) for c in cut])
        return temps, load, fan

    def error(self, net, data):
        temps, load, fan = data
        pred, _ = net(temps[:, :-1], load[:, :-1], fan[:, :-1])
        return F.mse_loss(pred, temps[:, 1:])

    def train_candidate(self, steps=20):
        self.candidate.train()
        for _ in range(steps):
            loss = self.error(self.candidate, self.sample(32))
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()

    def compare(self):
        self.candidate.eval()
        data = self.sample(64)
        with torch.no_grad():
            old = self.error(self.model, data).item()
            new = self.error(self.candidate, data).item()
        if new < 0.95 * old:
            self.model = copy.deepcopy(self.candidate)
            self.swaps += 1
            print(f"candidate takes over ({old:.4f} -> {new:.4f}), swap {self.swaps}")

    # ---- main loop -----------------------------------------------------
    def run(self, period=30.0):
        tick = 0
        while True:
            temps, load = (torch.tensor(v, dtype=torch.float32) for v in self.plant.read())
            fan = self.choose_fan(temps, load)
            self.plant.set_fan(fan.item())
            self.advance(temps, load, fan)
            self.history.append((temps, load, fan))
            tick += 1
            if tick % 60 == 0 and len(self.history) > 4 * self.window:
                self.train_candidate()
                self.compare()
            time.sleep(period)
