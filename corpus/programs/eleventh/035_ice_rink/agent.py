import os

import torch
import torch.nn as nn


class CoolingModel(nn.Module):
    def __init__(self, n_sensors, n_levels, size):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(n_sensors, size), nn.Tanh())
        self.gru = nn.GRU(size, size, num_layers=1)
        self.q = nn.Linear(size, n_levels)

    def forward(self, x, hidden):
        y, hidden = self.gru(self.embed(x), hidden)
        return self.q(y), hidden


class RinkAgent:
    def __init__(self, n_sensors=6, n_levels=5, size=64, device="cpu"):
        self.device = device
        self.size = size
        self.model = CoolingModel(n_sensors, n_levels, size).to(device)
        self.mean = torch.zeros(n_sensors, device=device)
        self.std = torch.ones(n_sensors, device=device)
        self.reset()

    def reset(self):
        self.hidden = torch.zeros(1, 1, self.size, device=self.device)

    @torch.no_grad()
    def act(self, sensors):
        x = torch.as_tensor(sensors, dtype=torch.float32, device=self.device)
        x = ((x - self.mean) / self.std).view(1, 1, -1)
        q, self.hidden = self.model(x, self.hidden)
        return int(q.argmax())

    def save(self, path):
        tmp = path + ".tmp"
        torch.save({"model": self.model.state_dict(), "mean": self.mean, "std": self.std}, tmp)
        os.replace(tmp, path)

    def load(self, path):
        ckpt = torch.load(path, map_location=self.device)
        self.model.load_state_dict(ckpt["model"])
        self.mean = ckpt["mean"].to(self.device)
        self.std = ckpt["std"].to(self.device).clamp(min=1e-3)
        self.model.eval()
