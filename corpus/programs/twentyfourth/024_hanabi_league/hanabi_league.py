from __future__ import annotations

import argparse
import random
from collections import deque

import numpy as np
import torch
from torch import nn


class TinyHanabi:
    """Each of two players holds one hidden card per round for several rounds; a signal is the only message."""

    cards, signals, rounds = 3, 3, 6

    def __init__(self, seed: int):
        self.rng = np.random.RandomState(seed)

    @property
    def obs_dim(self) -> int:
        return self.cards + self.signals + 2

    def deal(self) -> np.ndarray:
        self.round, self.stage, self.heard = 0, 0, None
        self.hand = self.rng.randint(self.cards, size=2)
        return self.observe(0)

    def observe(self, seat: int) -> np.ndarray:
        o = np.zeros(self.obs_dim, dtype=np.float32)
        o[self.hand[1 - seat]] = 1.0
        if self.heard is not None:
            o[self.cards + self.heard] = 1.0
        o[-2], o[-1] = self.stage, self.round / self.rounds
        return o

    def act(self, a: int) -> tuple[np.ndarray, float, bool]:
        reward = 0.0
        if self.stage == 0:
            self.heard, self.stage = a, 1
            return self.observe(1), reward, False
        reward = 1.0 if a == self.hand[1] else -0.25
        self.round += 1
        self.stage, self.heard = 0, None
        self.hand = self.rng.randint(self.cards, size=2)
        return self.observe(0), reward, self.round == self.rounds


class Hanabot(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int = 3, width: int = 64):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTM(obs_dim, width, batch_first=True)
        self.logits = nn.Linear(width, n_actions)

    def blank(self) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.zeros(1, 1, self.width), torch.zeros(1, 1, self.width)

    def forward(self, obs: np.ndarray, state):
        y, state = self.lstm(torch.from_numpy(obs).view(1, 1, -1), state)
        return torch.distributions.Categorical(logits=self.logits(y[0, 0])), state


def freeze(net: nn.Module) -> dict[str, torch.Tensor]:
    return {name: t.detach().clone() for name, t in net.state_dict().items()}


def match(env: TinyHanabi, bots: list[Hanabot], learner_seat: int) -> tuple[torch.Tensor, float]:
    states = [b.blank() for b in bots]
    obs, over, seat = env.deal(), False, 0
    logps, score = [], 0.0
    while not over:
        with torch.set_grad_enabled(seat == learner_seat):
            dist, states[seat] = bots[seat](obs, states[seat])
            a = dist.sample()
            if seat == learner_seat:
                logps.append(dist.log_prob(a))
        obs, reward, over = env.act(a.item())
        score += reward
        seat = 1 - seat
    return torch.stack(logps).sum(), score


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--iterations", type=int, default=20000)
    ap.add_argument("--matches", type=int, default=8)
    ap.add_argument("--league", type=int, default=10)
    ap.add_argument("--every", type=int, default=250)
    args = ap.parse_args()

    env = TinyHanabi(11)
    learner, mate = Hanabot(env.obs_dim), Hanabot(env.obs_dim)
    optimizer = torch.optim.Adam(learner.parameters(), lr=1e-3)
    league: deque[dict[str, torch.Tensor]] = deque([freeze(learner)], maxlen=args.league)
    for it in range(args.iterations):
        logps, scores = [], []
        for _ in range(args.matches):
            mate.load_state_dict(random.choice(league))
            seat = random.randrange(2)
            bots = [learner, mate] if seat == 0 else [mate, learner]
            logp, score = match(env, bots, seat)
            logps.append(logp)
            scores.append(score)
        s = torch.tensor(scores)
        loss = -((s - s.mean()) * torch.stack(logps)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (it + 1) % args.every == 0:
            league.append(freeze(learner))
            print(it + 1, "mean score", s.mean().item(), "league", len(league))


if __name__ == "__main__":
    main()
