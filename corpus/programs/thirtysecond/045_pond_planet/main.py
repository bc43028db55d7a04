import random
from pathlib import Path

import torch

from agent import Planner
from rssm import PondModel

BEST = Path("pond_model.pt")
EPISODE, FIT_EVERY, SEQ = 600, 250, 40


class Pond:
    """Keep the oxygen of a fish pond level with one aerator; the feed load is unseen."""

    def reset(self):
        self.ox, self.load, self.t = 0.0, random.uniform(0.2, 0.6), 0
        return self._obs()

    def _obs(self):
        return torch.tensor([self.ox + random.gauss(0, 0.05), (self.t % 96) / 96.0])

    def step(self, a):
        self.t += 1
        if random.random() < 0.01:
            self.load = random.uniform(0.2, 0.6)
        self.ox += 0.1 * (0.5 * (a + 1) - self.load)
        self.ox = max(-2.0, min(2.0, self.ox))
        return self._obs(), -abs(self.ox) - 0.05 * (a + 1), self.t >= EPISODE


class Diary:
    def __init__(self):
        self.runs = [[]]

    def add(self, obs, act, rew):
        self.runs[-1].append((obs, act, rew))

    def cut(self):
        self.runs.append([])

    def batch(self, n, held_out=False):
        rows = []
        while len(rows) < n:
            k = random.randrange(len(self.runs))
            run = self.runs[k]
            if len(run) < SEQ or (len(self.runs) > 4 and (k % 5 == 0) != held_out):
                continue
            i = random.randrange(len(run) - SEQ + 1)
            rows.append(run[i:i + SEQ])
        obs = torch.stack([torch.stack([o for o, _, _ in r]) for r in rows])
        act = torch.tensor([[[a] for _, a, _ in r] for r in rows])
        return obs, act, torch.tensor([[w for _, _, w in r] for r in rows])


def fit(model, opt, diary, updates=60):
    for _ in range(updates):
        loss = model.loss(*diary.batch(32))
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 100.0)
        opt.step()
    with torch.no_grad():
        return model.loss(*diary.batch(64, held_out=True)).item()


def main(steps=60_000):
    model = PondModel()
    opt = torch.optim.Adam(model.parameters(), lr=6e-4)
    planner, diary, pond = Planner(model), Diary(), Pond()
    obs, earned, least = pond.reset(), 0.0, float("inf")
    for n in range(1, steps + 1):
        a = planner.act(obs, noise=0.3) if n > 1000 else random.uniform(-1, 1)
        obs, rew, end = pond.step(a)
        diary.add(obs, a, rew)
        earned += rew
        if end:
            print(n, "earned", round(earned, 2))
            diary.cut()
            planner.start()
            obs, earned = pond.reset(), 0.0
        if n >= 1000 and n % FIT_EVERY == 0:
            err = fit(model, opt, diary)
            if err < least:
                least = err
                torch.save({"model": model.state_dict(), "opt": opt.state_dict()}, BEST)
            elif err > 2.0 * least or err != err:
                kept = torch.load(BEST)
                model.load_state_dict(kept["model"])
                opt.load_state_dict(kept["opt"])


if __name__ == "__main__":
    main()
