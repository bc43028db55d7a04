import copy
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from agents import Opponent, ThrowNet
from court import Court


@dataclass
class Config:
    matches: int = 4000
    lr: float = 7e-4
    gamma: float = 0.97
    entropy: float = 0.01
    snapshot_every: int = 100
    swap_every: int = 25
    latest_prob: float = 0.5


class SelfPlay:
    def __init__(self, cfg: Config) -> None:
        self.cfg = cfg
        self.court = Court()
        self.net = ThrowNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.opponent = Opponent()
        self.library: List[Dict[str, torch.Tensor]] = []
        self.rng = np.random.default_rng(1)

    def archive(self) -> None:
        self.library.append(copy.deepcopy(self.net.state_dict()))

    def pick_opponent(self) -> None:
        if self.rng.random() < self.cfg.latest_prob:
            idx = len(self.library) - 1
        else:
            idx = int(self.rng.integers(len(self.library)))
        self.opponent.install(self.library[idx], idx)

    def match(self) -> float:
        mine, theirs = self.court.start()
        self.opponent.begin_match()
        state = None
        logps, values, rewards, ents = [], [], [], []
        over = False
        while not over:
            logits, value, state = self.net(torch.from_numpy(mine)[None], state)
            dist = Categorical(logits=logits)
            a = dist.sample()
            (mine, theirs), points, over = self.court.play(a.item(), self.opponent.choose(theirs))
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(points[0])

        ret, targets = 0.0, []
        for r in reversed(rewards):
            ret = r + self.cfg.gamma * ret
            targets.insert(0, ret)
        target = torch.tensor(targets)
        value = torch.cat(values)
        adv = target - value.detach()
        loss = (-(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(value, target)
                - self.cfg.entropy * torch.cat(ents).mean())
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return sum(rewards)

    def run(self) -> None:
        self.archive()
        scores = []
        for m in range(self.cfg.matches):
            if m % self.cfg.swap_every == 0:
                self.pick_opponent()
            scores.append(self.match())
            if (m + 1) % self.cfg.snapshot_every == 0:
                self.archive()
                print(m + 1, "vs", self.opponent.version, np.mean(scores[-100:]))


if __name__ == "__main__":
    SelfPlay(Config()).run()
