import copy
import logging
from collections import deque

import numpy as np
import torch
from torch.nn import functional as F

from fleet import Fleet, RoomsEnv
from settings import Settings

log = logging.getLogger("cleanbots")


class Trainer:
    def __init__(self, s: Settings) -> None:
        self.s = s
        self.env, self.test_env = RoomsEnv(s), RoomsEnv(s)
        self.fleet = Fleet(s)
        self.target = copy.deepcopy(self.fleet.net)
        self.opt = torch.optim.Adam(self.fleet.net.parameters(), lr=s.lr)
        self.memory: deque = deque(maxlen=400)
        self.rng = np.random.default_rng(s.seed)
        self.best = -np.inf
        self.best_net: dict = copy.deepcopy(self.fleet.net.state_dict())
        self.bad = 0
        self.rollbacks = 0

    def play(self, env: RoomsEnv, eps: float) -> tuple[list, float]:
        obs, done, steps, total = env.reset(), False, [], 0.0
        self.fleet.reset_hidden()
        while not done:
            act = self.fleet.decide(obs, eps, self.rng)
            nxt, rew, done = env.step(act)
            steps.append((obs, act, rew))
            obs, total = nxt, total + rew
        return steps, total

    def _q_over(self, net, obs):
        h = torch.zeros(obs.shape[1], self.s.hidden)
        qs = []
        for o in obs:
            q, h = net(o, h)
            qs.append(q)
        return torch.stack(qs)

    def fit(self) -> float:
        losses = []
        for i in self.rng.integers(0, len(self.memory), self.s.batch):
            obs = torch.from_numpy(np.stack([x[0] for x in self.memory[i]]))
            act = torch.from_numpy(np.stack([x[1] for x in self.memory[i]]))
            rew = torch.tensor([x[2] for x in self.memory[i]])
            q = self._q_over(self.fleet.net, obs).gather(2, act[..., None]).sum((1, 2))
            with torch.no_grad():
                nq = self._q_over(self.target, obs).max(2).values.sum(1)
                nq = torch.cat([nq[1:], torch.zeros(1)])
            losses.append(F.smooth_l1_loss(q, rew + self.s.gamma * nq))
        loss = torch.stack(losses).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()

    def check(self) -> bool:
        score = float(np.mean([self.play(self.test_env, 0.0)[1] for _ in range(5)]))
        log.info("score %.2f (best %.2f)", score, self.best)
        if score > self.best:
            self.best, self.bad = score, 0
            self.best_net = copy.deepcopy(self.fleet.net.state_dict())
            return True
        self.bad += 1
        if self.bad >= self.s.patience:
            log.warning("no progress for %d checks, restoring best", self.bad)
            self.fleet.net.load_state_dict(self.best_net)
            self.target.load_state_dict(self.best_net)
            for g in self.opt.param_groups:
                g["lr"] *= 0.5
            self.bad = 0
            self.rollbacks += 1
        return self.rollbacks <= self.s.max_rollbacks

    def run(self) -> None:
        for ep in range(self.s.episodes):
            steps, _ = self.play(self.env, max(0.05, 1 - ep / 800))
            self.memory.append(steps)
            if len(self.memory) > 20:
                self.fit()
            if ep % 25 == 0:
                self.target.load_state_dict(self.fleet.net.state_dict())
            if (ep + 1) % self.s.eval_every == 0 and not self.check():
                break
        torch.save(self.best_net, "cleanbots.pt")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    Trainer(Settings()).run()
