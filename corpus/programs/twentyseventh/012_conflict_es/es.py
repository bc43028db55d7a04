import argparse
import random

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from encounter import Encounter


class Resolver(nn.Module):
    def __init__(self, hidden: int = 16):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.RNNCell(6, hidden)
        self.turn = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, h: Tensor):
        h = self.rnn(x.unsqueeze(0), h)
        return 0.3 * torch.tanh(self.turn(h)).item(), h


class Evaluator:
    """One net whose weights are overwritten for each candidate."""

    def __init__(self, episodes: int):
        self.net = Resolver().requires_grad_(False)
        self.episodes = episodes

    @property
    def size(self) -> int:
        return sum(p.numel() for p in self.net.parameters())

    def __call__(self, theta: Tensor, seed: int) -> float:
        vector_to_parameters(theta, self.net.parameters())
        env = Encounter(random.Random(seed))
        return sum(self._episode(env) for _ in range(self.episodes)) / self.episodes

    def _episode(self, env: Encounter) -> float:
        obs, done = env.reset(), False
        h = torch.zeros(1, self.net.hidden)
        while not done:
            turn, h = self.net(obs, h)
            obs, done = env.step(turn)
        return env.score()


def centred_ranks(x: Tensor) -> Tensor:
    ranks = torch.empty_like(x)
    ranks[x.argsort()] = torch.arange(len(x), dtype=x.dtype)
    return ranks / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pairs", type=int, default=24)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--lr", type=float, default=0.05)
    ap.add_argument("--generations", type=int, default=400)
    args = ap.parse_args()

    evaluate = Evaluator(episodes=6)
    theta = parameters_to_vector(evaluate.net.parameters()).clone()
    best, best_score = theta.clone(), -float("inf")
    for g in range(args.generations):
        eps = torch.randn(args.pairs, evaluate.size)
        scores = torch.tensor([evaluate(theta + sign * args.sigma * e, seed=g)
                               for e in eps for sign in (1, -1)])
        ranks = centred_ranks(scores).view(-1, 2)
        theta = theta + args.lr / args.sigma * ((ranks[:, 0] - ranks[:, 1]) @ eps) / args.pairs
        now = evaluate(theta, seed=10_000)
        if now > best_score:
            best, best_score = theta.clone(), now
        if g % 10 == 0:
            print(f"gen {g:4d}  mean {scores.mean():.2f}  centre {now:.2f}  best {best_score:.2f}")

    vector_to_parameters(best, evaluate.net.parameters())
    torch.save(evaluate.net.state_dict(), "resolver.pt")


if __name__ == "__main__":
    main()
