import argparse
import pathlib

import torch

from house import House
from latent import WaterModel


class Planner:
    def __init__(self, model, horizon=18, samples=256, keep=24, rounds=3):
        self.model = model.eval()
        self.horizon, self.samples, self.keep, self.rounds = horizon, samples, keep, rounds
        self.clear()

    def clear(self):
        self.belief = self.model.blank()
        self.action = torch.zeros(1, self.model.act)

    def switch_model(self, path):
        self.model.load_state_dict(torch.load(path, map_location="cpu"))
        self.clear()

    @torch.no_grad()
    def decide(self, reading):
        obs = torch.tensor([reading], dtype=torch.float32)
        self.belief = self.model.filter(self.belief, self.action, obs)
        mean = torch.full((self.horizon, self.model.act), 0.5)
        std = torch.full_like(mean, 0.4)
        for _ in range(self.rounds):
            acts = (mean + std * torch.randn(self.samples, *mean.shape)).clamp(0, 1)
            b, value = self.belief.tile(self.samples), torch.zeros(self.samples)
            for k in range(self.horizon):
                b = self.model.predict(b, acts[:, k])
                value += self.model.reward(b.feat()).squeeze(-1)
            top = acts[value.topk(self.keep).indices]
            mean, std = top.mean(0), top.std(0) + 0.05
        self.action = mean[:1]
        return self.action[0].tolist()


def season_of(day):
    return ["winter", "spring", "summer", "autumn"][(day % 365) // 92]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", type=pathlib.Path, default=pathlib.Path("models"))
    ap.add_argument("--days", type=int, default=365)
    args = ap.parse_args()

    house = House()
    planner = Planner(WaterModel())
    season, total = None, 0.0
    while house.day < args.days:
        now = season_of(house.day)
        if now != season:
            season = now
            planner.switch_model(args.models / f"{season}.pt")
            print(f"day {house.day}: {season} model, reward so far {total:.1f}")
        total += house.apply(*planner.decide(house.measure()))
    print(f"total {total:.1f}")


if __name__ == "__main__":
    main()
