import random

import torch
import torch.multiprocessing as mp
from torch.distributions import Categorical

from brain import Brain, HumpBrain


class Hump:
    """Wagons roll over the hump; choose the retarder setting (0..4) per wagon."""

    def reset(self):
        self.k = 0
        self.wet = random.random()
        self.speed = random.uniform(2, 6)
        self.gap = 10.0
        return self.look()

    def look(self):
        self.mass = random.uniform(20, 90)
        return [self.speed / 6, self.mass / 90, self.gap / 20, self.k / 60]

    def step(self, a):
        brake = a * 0.8 * (1 - 0.4 * self.wet)
        v = max(0.0, self.speed - brake * 40 / self.mass)
        r = 1.0 if 0.5 < v < 1.6 else -abs(v - 1.0)
        self.gap = max(0.0, self.gap + random.gauss(0, 1) - 0.1 * (v - 1))
        self.speed = random.uniform(2, 6)
        self.k += 1
        return self.look(), r, self.k >= 60


class Worker(mp.Process):
    def __init__(self, ident, brain, opt, results, episodes):
        super().__init__()
        self.ident, self.brain, self.opt = ident, brain, opt
        self.results, self.episodes = results, episodes

    def run(self):
        torch.set_num_threads(1)
        local = Brain()
        hump = Hump()
        for _ in range(self.episodes):
            hump_obs, over = hump.reset(), False
            state = local.initial()
            chunk, total = [], 0.0
            local.load_state_dict(self.brain.state_dict())
            while not over:
                x = torch.tensor([hump_obs])
                logits, value, state = local(x, state)
                d = Categorical(logits=logits)
                a = d.sample()
                hump_obs, r, over = hump.step(a.item())
                chunk.append((d.log_prob(a), value, r, d.entropy()))
                total += r
            self.learn(local, chunk)
            self.results.put((self.ident, total))
        self.results.put(None)

    def learn(self, local, chunk):
        g, loss = 0.0, 0.0
        for logp, v, r, ent in reversed(chunk):
            g = r + 0.97 * g
            adv = g - v
            loss = loss + 0.5 * adv.pow(2) - logp * adv.detach() - 0.01 * ent
        local.zero_grad()
        (loss.sum() / len(chunk)).backward()
        with self.opt.get_lock():
            HumpBrain.push(local, self.brain, self.opt)
