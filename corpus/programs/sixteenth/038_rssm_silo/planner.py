import json
import os
import sys
import time

import torch
from safetensors.torch import load_model

from model import RSSM

WEIGHTS = "/var/lib/silo/rssm.safetensors"


class GrainDryer:
    """Plans fan and burner of the grain dryer with CEM in the world model."""

    def __init__(self, horizon=12, samples=200, elite=20, iters=5):
        self.model = RSSM().eval()
        self.horizon, self.samples, self.elite, self.iters = horizon, samples, elite, iters
        self.stamp = 0.0
        self.poll()
        self.latent = self.model.start()
        self.action = torch.zeros(1, self.model.act)

    def poll(self):
        stamp = os.path.getmtime(WEIGHTS)
        if stamp <= self.stamp:
            return False
        load_model(self.model, WEIGHTS)
        self.stamp = stamp
        return True

    def cost(self, latent):
        obs = self.model.decode(latent.feat)
        moisture, gas = obs[:, 0], obs[:, 4]
        return (moisture - 0.14).abs() * 10 + 0.1 * gas

    @torch.no_grad()
    def step(self, obs):
        obs = torch.tensor([obs], dtype=torch.float32)
        self.latent = self.model.observe(self.latent, self.action, obs)
        mean = torch.zeros(self.horizon, self.model.act)
        std = torch.ones_like(mean)
        for _ in range(self.iters):
            plans = (mean + std * torch.randn(self.samples, *mean.shape)).clamp(-1, 1)
            s = type(self.latent)(*(getattr(self.latent, k).expand(self.samples, -1)
                                    for k in ("deter", "mean", "std", "stoch")))
            total = torch.zeros(self.samples)
            for t in range(self.horizon):
                s = self.model.imagine(s, plans[:, t])
                total += self.cost(s)
            best = plans[total.argsort()[: self.elite]]
            mean, std = best.mean(0), best.std(0) + 0.05
        self.action = mean[:1]
        return self.action[0].tolist()


def main():
    dryer = GrainDryer()
    for n, line in enumerate(sys.stdin):
        reading = json.loads(line)
        fan, burner = dryer.step(reading["sensors"])
        print(json.dumps({"t": time.time(), "fan": fan, "burner": burner}), flush=True)
        if n % 60 == 59 and dryer.poll():
            print("new model", time.ctime(dryer.stamp), file=sys.stderr)


if __name__ == "__main__":
    main()
