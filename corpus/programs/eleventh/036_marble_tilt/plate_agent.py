from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn


class PlateNet(nn.Module):
    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, batch_first=True)
        self.tilt = nn.Sequential(nn.Linear(hidden, 32), nn.ELU(), nn.Linear(32, 2), nn.Tanh())

    def forward(self, x, carry=None):
        y, carry = self.lstm(x, carry)
        return self.tilt(y), carry


class PlateAgent:
    def __init__(self, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.net = PlateNet().to(self.device)
        self.carry: tuple[torch.Tensor, torch.Tensor] | None = None
        self.source: Path | None = None

    def forget(self) -> None:
        self.carry = None

    def __call__(self, frame: np.ndarray) -> np.ndarray:
        x = torch.from_numpy(frame).to(self.device).reshape(1, 1, -1)
        with torch.inference_mode():
            tilt, self.carry = self.net(x, self.carry)
        return tilt.reshape(-1).cpu().numpy()

    def fit(self, frames: torch.Tensor, tilts: torch.Tensor, epochs: int = 5) -> float:
        opt = torch.optim.Adam(self.net.parameters(), lr=1e-3)
        for _ in range(epochs):
            pred, _ = self.net(frames)
            loss = nn.functional.mse_loss(pred, tilts)
            opt.zero_grad()
            loss.backward()
            opt.step()
        return loss.item()

    def save(self, path: Path) -> None:
        torch.save(self.net.state_dict(), path)

    def load(self, path: Path) -> None:
        self.net.load_state_dict(torch.load(path, map_location=self.device))
        self.net.eval()
        self.source = path
        self.forget()
