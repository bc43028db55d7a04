import copy
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class ThermalGRU(nn.Module):
    """Predicts next zone temperature for each of a few valve settings."""

    def __init__(self, n_feat: int, hidden: int = 48):
        super().__init__()
        self.cell = nn.GRUCell(n_feat, hidden)
        self.out = nn.Linear(hidden + 1, 1)
        self.hidden = hidden

    def forward(self, x, h):
        return self.cell(x, h)

    def predict_temp(self, h, valve):
        return self.out(torch.cat([h, valve], -1))


class AdaptiveController:
    """Meta-trained thermal model; during office hours it follows the zone with small gradient steps,
    in the evening the meta weights come back so that it doesn't drift away over the weeks."""

    VALVES = torch.linspace(0, 1, 6).unsqueeze(1)

    def __init__(self, meta_file: str, n_feat: int = 5, window: int = 24, lr: float = 5e-3):
        self.model = ThermalGRU(n_feat)
        self.model.load_state_dict(torch.load(meta_file, map_location="cpu"))
        self.meta = copy.deepcopy(self.model.state_dict())
        self.window = deque(maxlen=window)
        self.lr = lr
        self.h = torch.zeros(1, self.model.hidden)
        self.adapted = False

    def choose(self, x: torch.Tensor, setpoint: float) -> float:
        with torch.no_grad():
            self.h = self.model(x, self.h)
            temps = self.model.predict_temp(self.h.expand(6, -1), self.VALVES)
            cost = (temps.squeeze(1) - setpoint).abs() + 0.05 * self.VALVES.squeeze(1)
        return self.VALVES[cost.argmin()].item()

    def remember(self, x, valve, next_temp):
        self.window.append((x, torch.tensor([[valve]]), torch.tensor([[next_temp]])))

    def adapt(self, steps: int = 3) -> float:
        opt = torch.optim.SGD(self.model.parameters(), lr=self.lr)
        for _ in range(steps):
            h = torch.zeros(1, self.model.hidden)
            loss = 0.0
            for x, valve, temp in self.window:
                h = self.model(x, h)
                loss = loss + F.mse_loss(self.model.predict_temp(h, valve), temp)
            loss = loss / len(self.window)
            opt.zero_grad()
            loss.backward()
            opt.step()
        self.adapted = True
        return float(loss)

    def end_of_day(self):
        if self.adapted:
            self.model.load_state_dict(self.meta)
            self.adapted = False
        self.window.clear()
