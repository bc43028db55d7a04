import argparse

import numpy as np
import torch

from farm import SeaCages
from registry import ModelRegistry

RATIONS = torch.linspace(0.0, 1.2, 9)


class SeasonWatch:
    """Tells its subscribers when the sea has been on the other side of the limit for a week."""

    def __init__(self, limit=9.0, days=7):
        self.limit, self.days = limit, days
        self.season, self.count, self.subscribers = None, 0, []

    def reading(self, sea):
        now = "warm" if sea > self.limit else "cold"
        self.count = self.count + 1 if now != self.season else 0
        if self.season is None or self.count >= self.days:
            self.season, self.count = now, 0
            for fn in self.subscribers:
                fn(now)


class Feeder:
    def __init__(self, registry, cages, horizon=7, samples=16):
        self.registry = registry
        self.cages, self.horizon, self.samples = cages, horizon, samples
        self.belief = None
        self.last = torch.zeros(cages, 1)

    @property
    def model(self):
        return self.registry.model

    def season_changed(self, season):
        self.registry.active = season
        print("feeding by the", season, "model")

    def see(self, obs):
        if self.belief is None:
            self.belief = self.model.rssm.initial(self.cages)
        self.belief, _, _ = self.model.rssm.observe(self.belief, self.last, torch.from_numpy(obs))

    def _worth(self, ration):
        n = self.cages * self.samples
        b = type(self.belief)(self.belief.deter.repeat(self.samples, 1), self.belief.stoch.repeat(self.samples, 1))
        a, total = torch.full((n, 1), float(ration)), 0.0
        for _ in range(self.horizon):
            b, _ = self.model.rssm.imagine(b, a)
            total = total + self.model.growth(b.features)
        return total.view(self.samples, self.cages).mean(0) - 0.3 * float(ration)

    def ration(self):
        worth = torch.stack([self._worth(r) for r in RATIONS])
        best = RATIONS[worth.argmax(0)]
        self.last = best.unsqueeze(1)
        return best.numpy()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models", help="folder with cold.pt and warm.pt")
    ap.add_argument("--days", type=int, default=500)
    args = ap.parse_args()

    farm = SeaCages()
    watch = SeasonWatch()
    feeder = Feeder(ModelRegistry(args.models), farm.n)
    watch.subscribers.append(feeder.season_changed)
    obs, waste = farm.sensors(), 0.0
    for _ in range(args.days):
        watch.reading(farm.sea)
        feeder.see(obs)
        obs, lost = farm.feed(feeder.ration())
        waste += lost
        if farm.day % 30 == 0:
            print(f"day {farm.day}: sea {farm.sea:.1f}, mass {np.round(farm.mass, 2)}, waste {waste:.1f}")


if __name__ == "__main__":
    main()
