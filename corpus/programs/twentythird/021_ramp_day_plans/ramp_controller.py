import datetime as dt
import pathlib

import numpy as np
import torch
import torch.nn as nn

PLANS = [  # (from hour, plan)
    (0, "night"),
    (6, "am_peak"),
    (10, "midday"),
    (15, "pm_peak"),
    (20, "night"),
]


class MeterNet(nn.Module):
    """Occupancy / flow / queue every 30 s -> metering rate for one ramp."""

    def __init__(self, n_in=9, n_hidden=40):
        super().__init__()
        self.n_hidden = n_hidden
        self.norm = nn.LayerNorm(n_in)
        self.cell = nn.LSTMCell(n_in, n_hidden)
        self.rate = nn.Linear(n_hidden, 1)
        self.hidden = None

    def clear(self):
        self.hidden = None

    def forward(self, x):
        if self.hidden is None:
            self.hidden = (
                x.new_zeros(x.shape[0], self.n_hidden),
                x.new_zeros(x.shape[0], self.n_hidden),
            )
        self.hidden = self.cell(self.norm(x), self.hidden)
        return torch.sigmoid(self.rate(self.hidden[0]))


def plan_for(hour):
    name = PLANS[0][1]
    for start, plan in PLANS:
        if hour >= start:
            name = plan
    return name


class RampController:
    R_MIN, R_MAX = 240.0, 900.0

    def __init__(self, ramp_id, folder):
        self.ramp_id = ramp_id
        folder = pathlib.Path(folder) / ramp_id
        self.plans = {
            p: torch.load(folder / f"{p}.pt", map_location="cpu")
            for p in {name for _, name in PLANS}
        }
        self.net = MeterNet().eval()
        self.plan = None
        self.day = None

    def _select(self, now):
        plan = plan_for(now.hour)
        if plan != self.plan:
            self.net.load_state_dict(self.plans[plan])
            self.plan = plan

    def rate(self, now, detectors):
        if now.date() != self.day:
            self.net.clear()
            self.day = now.date()
        self._select(now)
        x = torch.tensor(np.asarray(detectors, dtype=np.float32)).unsqueeze(0)
        with torch.no_grad():
            r = self.net(x).item()
        return self.R_MIN + r * (self.R_MAX - self.R_MIN)


class Corridor:
    def __init__(self, ramp_ids, folder):
        self.ramps = [RampController(r, folder) for r in ramp_ids]

    def cycle(self, now, readings):
        return {c.ramp_id: c.rate(now, readings[c.ramp_id]) for c in self.ramps}


def replay(csv_path, ramp_ids, folder):
    import pandas as pd

    corridor = Corridor(ramp_ids, folder)
    frame = pd.read_csv(csv_path, parse_dates=["time"]).sort_values("time")
    for time, rows in frame.groupby("time"):
        cols = [c for c in rows.columns if c not in ("time", "ramp")]
        readings = {row["ramp"]: row[cols].to_numpy(dtype=float) for _, row in rows.iterrows()}
        yield time, corridor.cycle(time.to_pydatetime(), readings)


if __name__ == "__main__":
    import sys

    for t, rates in replay(sys.argv[1], sys.argv[3:], sys.argv[2]):
        if isinstance(t, dt.datetime) and t.minute == 0:
            print(t, {k: round(v) for k, v in rates.items()})
