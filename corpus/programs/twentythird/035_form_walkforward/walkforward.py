"""
Walk-forward backtest of the racing model.

train.py writes one checkpoint per month (ckpt/2019-03.pt is trained on everything up to
the end of February 2019). Here every month's races are tipped with that month's checkpoint.
"""
import argparse
import pathlib

import numpy as np
import pandas as pd
import torch
import torch.nn as nn

RUNNER_COLS = ["weight_kg", "draw", "days_off", "jockey_sr", "trainer_sr", "rating", "finish_prev", "beaten_prev"]
RACE_COLS = ["distance_f", "going", "class", "field"]


class FormModel(nn.Module):
    """One GRU memory per horse, updated each time it is declared; softmax over the field."""

    def __init__(self, dim=32):
        super().__init__()
        self.dim = dim
        self.cell = nn.GRUCell(len(RUNNER_COLS) + len(RACE_COLS), dim)
        self.score = nn.Sequential(nn.Linear(dim, dim), nn.Tanh(), nn.Linear(dim, 1))

    def forward(self, x, form):
        form = self.cell(x, form)
        return self.score(form).squeeze(-1), form


class Tipster:
    def __init__(self, device="cpu"):
        self.device = device
        self.model = FormModel().to(device).eval()
        self.form = {}

    def use(self, path):
        self.model.load_state_dict(torch.load(path, map_location=self.device))

    @torch.no_grad()
    def probabilities(self, race):
        x = torch.tensor(race[RUNNER_COLS + RACE_COLS].to_numpy(np.float32), device=self.device)
        horses = race["horse_id"].tolist()
        blank = torch.zeros(self.model.dim, device=self.device)
        form = torch.stack([self.form.get(h, blank) for h in horses])
        logits, form = self.model(x, form)
        for h, f in zip(horses, form):
            self.form[h] = f
        return torch.softmax(logits, 0).cpu().numpy()


def stake(p, odds, bank, fraction=0.2):
    edge = p * odds - 1.0
    kelly = np.where(odds > 1, edge / (odds - 1), 0.0)
    i = int(np.argmax(kelly))
    return i, max(0.0, kelly[i]) * fraction * bank


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("races", type=pathlib.Path, help="parquet with one row per runner")
    ap.add_argument("--ckpt", type=pathlib.Path, default=pathlib.Path("ckpt"))
    ap.add_argument("--bank", type=float, default=1000.0)
    args = ap.parse_args()

    df = pd.read_parquet(args.races).sort_values(["off_time", "race_id"])
    df["month"] = df["off_time"].dt.strftime("%Y-%m")
    tipster = Tipster()
    bank, rows = args.bank, []

    for month, part in df.groupby("month", sort=True):
        path = args.ckpt / f"{month}.pt"
        if not path.exists():
            continue
        tipster.use(path)
        start, n, hits, ll = bank, 0, 0, 0.0
        for _, race in part.groupby("race_id", sort=False):
            p = tipster.probabilities(race)
            winner = int((race["position"].to_numpy() == 1).argmax())
            ll -= float(np.log(p[winner] + 1e-9))
            pick, amount = stake(p, race["odds"].to_numpy(), bank)
            bank += amount * (race["odds"].to_numpy()[pick] - 1) if pick == winner else -amount
            hits += int(p.argmax() == winner)
            n += 1
        rows.append({"month": month, "races": n, "top1": hits / n, "logloss": ll / n, "profit": bank - start})
        print("{month} races {races:4d} top1 {top1:.3f} logloss {logloss:.3f} profit {profit:8.2f}".format(**rows[-1]))

    pd.DataFrame(rows).to_csv("walkforward.csv", index=False)


if __name__ == "__main__":
    main()
