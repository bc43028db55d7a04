import copy
import random
from typing import List, Optional, Tuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from court import OneOnOne

STEPS = 64
POOL_SIZE = 20
SWAP_EVERY = 10
ADD_EVERY = 200


class Player(nn.Module):
    def __init__(self, n_obs: int = 8, n_act: int = 6, size: int = 96) -> None:
        super().__init__()
        self.size = size
        self.fc = nn.Linear(n_obs, size)
        self.gru = nn.GRUCell(size, size)
        self.policy = nn.Linear(size, n_act)
        self.value = nn.Linear(size, 1)

    def initial(self) -> Tensor:
        return torch.zeros(1, self.size)

    def forward(self, obs: np.ndarray, h: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        h = self.gru(F.relu(self.fc(torch.as_tensor(obs).unsqueeze(0))), h)
        return self.policy(h), self.value(h).squeeze(-1), h


class League:
    def __init__(self) -> None:
        self.learner = Player()
        self.rival = copy.deepcopy(self.learner).eval()
        self.opt = torch.optim.Adam(self.learner.parameters(), lr=3e-4)
        self.pool: List[dict] = []
        self.env = OneOnOne()
        self.games: List[float] = []
        self.new_game()

    def new_game(self) -> None:
        self.obs, self.rival_obs = self.env.reset()
        self.h = self.learner.initial()
        self.rival_h = self.rival.initial()

    def add_learner(self) -> None:
        self.pool.append(copy.deepcopy(self.learner.state_dict()))
        if len(self.pool) > POOL_SIZE:
            self.pool.pop(random.randrange(POOL_SIZE // 2))

    def pick_rival(self) -> None:
        weights: Optional[dict] = None
        if self.pool and random.random() < 0.8:
            weights = random.choice(self.pool)
        self.rival.load_state_dict(weights or self.learner.state_dict())

    def update(self) -> None:
        self.h = self.h.detach()
        logps, values, rewards, ends, entropies = [], [], [], [], []
        for _ in range(STEPS):
            logits, v, self.h = self.learner(self.obs, self.h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            with torch.no_grad():
                rival_logits, _, self.rival_h = self.rival(self.rival_obs, self.rival_h)
                b = torch.distributions.Categorical(logits=rival_logits).sample()
            self.obs, self.rival_obs, r, done = self.env.step([a.item(), b.item()])
            logps.append(dist.log_prob(a))
            entropies.append(dist.entropy())
            values.append(v)
            rewards.append(r)
            ends.append(done)
            if done:
                self.games.append(float(self.env.score[0] > self.env.score[1]))
                self.new_game()

        with torch.no_grad():
            ret = self.learner(self.obs, self.h)[1]
        targets = []
        for r, done in zip(reversed(rewards), reversed(ends)):
            ret = r + 0.99 * ret * (not done)
            targets.append(ret)
        target, value = torch.cat(targets[::-1]), torch.cat(values)
        adv = (target - value).detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(value, target)
        loss = loss - 0.01 * torch.cat(entropies).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learner.parameters(), 0.5)
        self.opt.step()

    def run(self, updates: int) -> None:
        for i in range(1, updates + 1):
            self.update()
            if i % ADD_EVERY == 0:
                self.add_learner()
            if i % SWAP_EVERY == 0:
                self.pick_rival()
            if i % 500 == 0:
                won = np.mean(self.games[-100:]) if self.games else float("nan")
                print(f"update {i}: pool {len(self.pool)}, won {won:.2f} of the last games")
                torch.save({"learner": self.learner.state_dict(), "pool": self.pool}, "league.pt")


if __name__ == "__main__":
    League().run(100_000)
