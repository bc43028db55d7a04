import argparse

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from field import Field
from team import Team


def flat(team):
    return parameters_to_vector(team.parameters()).detach().clone()


@torch.no_grad()
def contest(field, teams, genomes, ticks):
    """One season between two genomes; returns the score of both."""
    for kind, team in teams.items():
        vector_to_parameters(genomes[kind], team.parameters())
        team.start(field.count[kind])
    field.reset()
    score = {k: 0.0 for k in teams}
    for _ in range(ticks):
        moves = {k: t.decide(torch.from_numpy(field.sense(k))).numpy() for k, t in teams.items()}
        gains = field.tick(moves)
        for k, g in gains.items():
            score[k] += g
    return score


class Evolution:
    def __init__(self, kind, theta, sigma=0.05, lr=0.03, archive=16):
        self.kind, self.theta = kind, theta
        self.sigma, self.lr = sigma, lr
        self.archive, self.limit = [theta.clone()], archive

    def ask(self, pairs):
        self.eps = torch.randn(pairs, self.theta.numel())
        return torch.cat([self.theta + self.sigma * self.eps, self.theta - self.sigma * self.eps])

    def tell(self, scores):
        s = torch.tensor(scores, dtype=torch.float32)
        s = (s - s.mean()) / (s.std() + 1e-6)
        plus, minus = s.chunk(2)
        self.theta = self.theta + self.lr * ((plus - minus)[:, None] * self.eps).mean(0) / (2 * self.sigma)

    def remember(self):
        self.archive = (self.archive + [self.theta.clone()])[-self.limit:]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=300)
    ap.add_argument("--pairs", type=int, default=16)
    ap.add_argument("--rivals", type=int, default=3)
    ap.add_argument("--ticks", type=int, default=200)
    args = ap.parse_args()
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    field = Field()
    teams = {"fox": Team(), "rabbit": Team()}
    evo = {k: Evolution(k, flat(t)) for k, t in teams.items()}
    for g in range(args.generations):
        for kind, other in (("fox", "rabbit"), ("rabbit", "fox")):
            picks = rng.integers(0, len(evo[other].archive), args.rivals)
            rivals = [evo[other].archive[i] for i in picks] + [evo[other].theta]
            scores = []
            for genome in evo[kind].ask(args.pairs):
                runs = [contest(field, teams, {kind: genome, other: r}, args.ticks)[kind] for r in rivals]
                scores.append(float(np.mean(runs)))
            evo[kind].tell(scores)
            print(f"gen {g} {kind}: mean {np.mean(scores):.2f} best {np.max(scores):.2f}")
        if g % 5 == 4:
            for e in evo.values():
                e.remember()
    torch.save({k: e.theta for k, e in evo.items()}, "teams.pt")


if __name__ == "__main__":
    main()
