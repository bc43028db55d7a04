from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn

COLS = ["temp_in", "temp_out", "humidity", "nh3", "co2", "fan", "bird_age"]
TARGETS = ["temp_in", "nh3"]


@dataclass
class BacktestConfig:
    log: Path = Path("data/house3.parquet")
    checkpoints: Path = Path("ckpt")
    per_week: int = 7 * 24 * 12  # 5 minute records
    warmup: int = 2 * 24 * 12
    first_week: int = 4


class HouseModel(nn.Module):
    """One step ahead climate model that remembers the house by itself."""

    def __init__(self, n_in: int = len(COLS), hidden: int = 40, n_out: int = len(TARGETS)) -> None:
        super().__init__()
        self.cells = nn.ModuleList([nn.GRUCell(n_in, hidden), nn.GRUCell(hidden, hidden)])
        self.out = nn.Linear(hidden, n_out)
        self.states: list[torch.Tensor] = []
        self.reset()

    def reset(self, n: int = 1) -> None:
        self.states = [torch.zeros(n, cell.hidden_size) for cell in self.cells]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for i, cell in enumerate(self.cells):
            self.states[i] = x = cell(x, self.states[i])
        return self.out(x)


class Backtest:
    def __init__(self, cfg: BacktestConfig) -> None:
        self.cfg = cfg
        frame = pd.read_parquet(cfg.log)
        values = frame[COLS].to_numpy(np.float32)
        head = values[: cfg.first_week * cfg.per_week]
        self.mean, self.std = head.mean(0), head.std(0) + 1e-6
        self.x = torch.from_numpy((values - self.mean) / self.std)
        self.y = self.x[1:, [COLS.index(t) for t in TARGETS]]
        self.model = HouseModel()

    def week_file(self, week: int) -> Path:
        return self.cfg.checkpoints / f"house_w{week:02d}.pt"

    @torch.no_grad()
    def score_week(self, week: int) -> np.ndarray:
        """Model trained on everything before `week`, scored on `week`."""
        start = week * self.cfg.per_week
        self.model.load_state_dict(torch.load(self.week_file(week), map_location="cpu"))
        self.model.eval()
        self.model.reset()
        for t in range(start - self.cfg.warmup, start):
            self.model(self.x[t : t + 1])
        errors = []
        for t in range(start, min(start + self.cfg.per_week, len(self.y))):
            pred = self.model(self.x[t : t + 1])[0]
            errors.append((pred - self.y[t]).abs().numpy())
        return np.mean(errors, axis=0)

    def run(self) -> pd.DataFrame:
        rows = []
        n_weeks = len(self.y) // self.cfg.per_week
        for week in range(self.cfg.first_week, n_weeks):
            if not self.week_file(week).exists():
                continue
            mae = self.score_week(week)
            scale = self.std[[COLS.index(t) for t in TARGETS]]
            rows.append({"week": week, **dict(zip(TARGETS, mae * scale))})
        return pd.DataFrame(rows).set_index("week")


if __name__ == "__main__":
    table = Backtest(BacktestConfig()).run()
    print(table.round(3).to_string())
    print(table.mean().round(3))
