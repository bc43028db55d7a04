import argparse
import copy
import random

import numpy as np
import ray
import torch

from convoy.nets import Captain
from convoy.sampler import Sampler
from convoy.sea import Sea


class Side:
    def __init__(self, name, lr):
        self.name = name
        self.net = Captain(Sea.obs_dim, Sea.n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.past = [self.current()]

    def current(self):
        return copy.deepcopy(self.net.state_dict())

    def archive(self, cap=50):
        self.past.append(self.current())
        if len(self.past) > cap:
            del self.past[1 + random.randrange(cap // 2)]

    def learn(self, voyages, gamma):
        total = 0.0
        for obs, acts, rews in voyages:
            logits, v, _ = self.net(torch.from_numpy(obs).unsqueeze(1))
            dist = torch.distributions.Categorical(logits=logits[:, 0])
            g, rets = 0.0, []
            for r in rews[::-1]:
                g = float(r) + gamma * g
                rets.append(g)
            rets = torch.tensor(rets[::-1])
            adv = rets - v[:, 0].detach()
            total = total - (dist.log_prob(torch.from_numpy(acts)) * adv).mean()
            total = total + 0.5 * (rets - v[:, 0]).pow(2).mean() - 0.01 * dist.entropy().mean()
        self.opt.zero_grad()
        (total / len(voyages)).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--samplers", type=int, default=4)
    ap.add_argument("--iterations", type=int, default=4000)
    ap.add_argument("--voyages", type=int, default=6)
    ap.add_argument("--newest", type=float, default=0.6)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    ray.init()
    sides = {n: Side(n, args.lr) for n in ("ship", "raider")}
    samplers = [Sampler.remote(i) for i in range(args.samplers)]
    for it in range(args.iterations):
        learner = "ship" if (it // 20) % 2 == 0 else "raider"
        other = "raider" if learner == "ship" else "ship"
        fresh = ray.put(sides[learner].current())
        for s in samplers:
            rival = sides[other].current() if random.random() < args.newest else random.choice(sides[other].past)
            s.orders.remote(learner, fresh)
            s.orders.remote(other, rival)
        voyages = sum(ray.get([s.voyages.remote(args.voyages, learner) for s in samplers]), [])
        sides[learner].learn(voyages, 0.99)
        if it % 20 == 19:
            sides[learner].archive()
            print(it, learner, round(float(np.mean([v[2].sum() for v in voyages])), 3))
    torch.save({n: s.net.state_dict() for n, s in sides.items()}, "convoy.pt")


if __name__ == "__main__":
    main()
