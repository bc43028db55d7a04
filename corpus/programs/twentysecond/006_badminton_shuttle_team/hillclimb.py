import argparse
import copy
import random

import torch

from team import Team


class Rally:
    def __init__(self, names, limit):
        self.names, self.limit = names, limit

    def start(self):
        self.n = 0
        self.shuttle = torch.zeros(2)
        self.pos = {n: torch.randn(2) * 0.5 for n in self.names}
        return self.view()

    def view(self):
        t = torch.tensor([self.n / self.limit, random.random()])
        mean = sum(self.pos.values()) / len(self.pos)
        return {n: torch.cat([self.pos[n], self.shuttle, mean, t]).unsqueeze(0) for n in self.names}

    def tick(self, moves):
        for n in self.names:
            self.pos[n] = self.pos[n] + 0.3 * moves[n].squeeze(0)
        self.shuttle = self.shuttle + torch.randn(2) * 0.4
        gap = min(float((self.pos[n] - self.shuttle).norm()) for n in self.names)
        self.n += 1
        return self.view(), (1.0 if gap < 1.0 else 0.0), gap > 3.0 or self.n >= self.limit


def score_of(team, env, ticks):
    """Continuous practice: `ticks` ticks, rallies restart by themselves."""
    total = 0.0
    obs = env.start()
    team.reset_states()
    for _ in range(ticks):
        obs, r, over = env.tick(team.play(obs))
        total += r
        if over:
            obs = env.start()
            team.reset_states()
    return total / ticks


def main():
    parser = argparse.ArgumentParser(description="hill climbing for a mixed pair")
    parser.add_argument("--gens", type=int, default=200)
    parser.add_argument("--sigma", type=float, default=0.05)
    parser.add_argument("--ticks", type=int, default=600)
    args = parser.parse_args()

    team = Team(["lady", "gent"])
    env = Rally(team.names, 120)
    champion = copy.deepcopy(team.net.state_dict())
    best = score_of(team, env, args.ticks)
    for g in range(args.gens):
        team.swap(champion)
        candidate = team.mutated(args.sigma)
        team.swap(candidate)
        s = score_of(team, env, args.ticks)
        if s > best:
            best, champion = s, candidate
            print(f"gen {g}: {best:.4f}")
    torch.save(champion, "pair.pt")


if __name__ == "__main__":
    main()
