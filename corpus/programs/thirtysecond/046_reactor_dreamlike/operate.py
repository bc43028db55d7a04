from __future__ import annotations

import argparse
import random
from typing import List

import torch

from latent import BatchModel
from pilot import Pilot


class Vessel:
    MINUTES = 180

    def charge(self) -> List[float]:
        self.t, self.temp, self.conc = 0, 20.0, 1.0
        self.activity = random.uniform(0.5, 1.5)
        return self.read()

    def read(self) -> List[float]:
        return [self.temp / 100, self.t / self.MINUTES, random.gauss(self.conc, 0.1)]

    def minute(self, jacket: float, feed: float):
        self.t += 1
        rate = self.activity * self.conc * 0.02 * max(0.0, self.temp / 60)
        self.conc = max(0.0, self.conc - rate + 0.005 * (feed + 1))
        self.temp += 2.0 * jacket + 40 * rate - 0.02 * (self.temp - 20)
        return self.read(), rate - max(0.0, self.temp - 90) * 0.1, self.t >= self.MINUTES


def operate(path: str, batches: int, look_every: int) -> None:
    pilot, vessel = Pilot(path), Vessel()
    for b in range(batches):
        pilot.charge()
        reading, made, done = vessel.charge(), 0.0, False
        while not done:
            if vessel.t % look_every == 0 and pilot.look_for_update():
                print(f"batch {b} minute {vessel.t}: new model, {len(pilot.past)} readings gone through again")
            reading, gain, done = vessel.minute(*pilot.step(reading))
            made += gain
        print(f"batch {b}: {made:.3f}")


def refit(data: str, path: str, epochs: int) -> None:
    logs = torch.load(data)
    net = BatchModel()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for e in range(epochs):
        pick = torch.randint(logs["obs"].shape[0], (32,))
        loss = net.elbo(logs["obs"][pick], logs["act"][pick])
        imitation = torch.zeros(())
        h, z = torch.zeros(32, net.h), torch.zeros(32, net.z)
        for t in range(logs["obs"].shape[1] - 1):
            h, z, _ = net.filter(h, z, logs["act"][pick, t], logs["obs"][pick, t])
            imitation = imitation + (net.actor(torch.cat([h, z], -1)) - logs["act"][pick, t + 1]).pow(2).mean()
        opt.zero_grad()
        (loss + imitation / logs["obs"].shape[1]).backward()
        opt.step()
    torch.save(net.state_dict(), path)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("mode", choices=["operate", "refit"])
    p.add_argument("--model", default="reactor.pt")
    p.add_argument("--data", default="batches.pt")
    p.add_argument("--count", type=int, default=50)
    p.add_argument("--look-every", type=int, default=15)
    a = p.parse_args()
    operate(a.model, a.count, a.look_every) if a.mode == "operate" else refit(a.data, a.model, a.count)
