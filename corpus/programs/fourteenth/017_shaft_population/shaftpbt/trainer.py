import random

import torch

from .agent import ShaftAgent
from .building import Building


class Trainer:
    def __init__(self, idx, board, lr=None, gamma=0.98, unroll=30):
        self.idx, self.board, self.gamma, self.unroll = idx, board, gamma, unroll
        self.lr = lr or 10 ** random.uniform(-4, -2.5)
        self.env = Building(seed=idx)
        self.agent = ShaftAgent(self.env.n_obs, self.env.n_act, self.lr)
        self.obs = self.env.reset()
        self.running = 0.0

    def train(self, unrolls):
        for _ in range(unrolls):
            self.agent.cut_graph()
            terms, total = [], 0.0
            for _ in range(self.unroll):
                pi, v = self.agent.think(self.obs)
                a = pi.sample()
                self.obs, r, over = self.env.step(int(a))
                terms.append((pi.log_prob(a), v, pi.entropy(), r, over))
                total += r
                if over:
                    self.obs = self.env.reset()
                    self.agent.clear_memory()
            with torch.no_grad():
                g = self.agent.think(self.obs, keep=False)[1]
            loss = 0.0
            for logp, v, ent, r, over in reversed(terms):
                g = r + self.gamma * (1 - over) * g
                loss = loss - logp * (g - v).detach() + 0.5 * (g - v) ** 2 - 0.01 * ent
            self.agent.optim.zero_grad()
            (loss / self.unroll).backward()
            torch.nn.utils.clip_grad_norm_(self.agent.modules.parameters(), 1.0)
            self.agent.optim.step()
            self.running = 0.95 * self.running + 0.05 * total
        self.board.post(self.idx, self.running, self.lr)
        self.agent.dump(self.board.path(self.idx))

    def maybe_exploit(self):
        better = self.board.better_than(self.idx)
        if better is None:
            return False
        self.agent.restore(self.board.path(better))
        self.lr = self.board.lr[better] * random.choice((0.75, 1.33))
        self.agent.set_lr(self.lr)
        self.running = self.board.score[better]
        return True
