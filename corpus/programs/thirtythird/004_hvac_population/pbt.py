"""Population-based training of room controllers (one process, round robin)."""
import argparse
import copy
import logging

import numpy as np
import torch
from torch.distributions import Categorical

from building import Building
from controller import HeatController

logger = logging.getLogger("pbt")


class Worker:
    def __init__(self, wid, lr, gamma):
        self.wid, self.lr, self.gamma = wid, lr, gamma
        self.env = Building(np.random.default_rng(wid))
        self.ctl = HeatController(self.env.n_obs, self.env.n_act)
        self.opt = torch.optim.Adam(self.ctl.parameters(), lr=lr)
        self.fitness = -float("inf")
        self.total = 0.0
        self.finished = []
        self.open_window()

    def open_window(self):
        self.reading = self.env.reset()
        self.ctl.start()
        self.total = 0.0

    def train(self, steps, unroll=24):
        for _ in range(steps // unroll):
            self.ctl.cut_graph()
            lp, val, rew, cont = [], [], [], []
            for _ in range(unroll):
                logits, v = self.ctl(self.reading)
                dist = Categorical(logits=logits)
                a = dist.sample()
                self.reading, r, over = self.env.step(int(a))
                self.total += r
                lp.append(dist.log_prob(a)[0])
                val.append(v)
                rew.append(r)
                cont.append(0.0 if over else 1.0)
                if over:
                    self.finished.append(self.total)
                    self.open_window()
            ret, out = val[-1].detach() * cont[-1], []
            for r, c in zip(rew[::-1], cont[::-1]):
                ret = r + self.gamma * c * ret
                out.append(ret)
            out = torch.stack(out[::-1])
            val = torch.stack(val)
            loss = -(torch.stack(lp) * (out - val.detach())).mean() + 0.5 * (out - val).pow(2).mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
        if self.finished:
            self.fitness = float(np.mean(self.finished[-10:]))

    def snapshot(self):
        return {
            "ctl": copy.deepcopy(self.ctl.state_dict()),
            "opt": copy.deepcopy(self.opt.state_dict()),
            "lr": self.lr,
            "gamma": self.gamma,
        }

    def adopt(self, snap, rng):
        self.ctl.load_state_dict(snap["ctl"])
        self.opt.load_state_dict(snap["opt"])
        self.lr = float(snap["lr"] * rng.choice([0.8, 1.2]))
        self.gamma = float(np.clip(snap["gamma"] + rng.normal(0, 0.004), 0.9, 0.999))
        for g in self.opt.param_groups:
            g["lr"] = self.lr
        self.finished.clear()
        self.open_window()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=6)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--steps", type=int, default=2400)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    rng = np.random.default_rng(0)
    workers = [Worker(i, float(10 ** rng.uniform(-4, -2.5)), 0.97) for i in range(args.workers)]
    for rnd in range(args.rounds):
        for w in workers:
            w.train(args.steps)
        workers.sort(key=lambda w: w.fitness)
        worst, best = workers[0], workers[-1]
        logger.info("round %d best %.2f (#%d) worst %.2f (#%d)", rnd, best.fitness, best.wid, worst.fitness, worst.wid)
        if best.fitness - worst.fitness > 1.0:
            worst.adopt(best.snapshot(), rng)
    torch.save(workers[-1].snapshot(), "hvac_best.pt")


if __name__ == "__main__":
    main()
