import argparse
import random

import numpy as np
import ray
import torch
from torch import nn
from torch.distributions import Categorical

from ferry import FerryLine


class Scheduler(nn.Module):
    def __init__(self, n_obs=8, n_act=4, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(n_obs, hidden)
        self.actor = nn.Linear(hidden, n_act)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1), (h, c)


@ray.remote(num_cpus=1)
class Member:
    def __init__(self, number):
        torch.manual_seed(number)
        self.env = FerryLine(number)
        self.net = Scheduler()
        self.hyper = {"lr": 10 ** random.uniform(-4, -2.5), "entropy": 10 ** random.uniform(-3, -1)}
        self.build_optimizer()
        self.begin_day()

    def build_optimizer(self):
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hyper["lr"])

    def begin_day(self):
        self.obs = self.env.reset()
        self.hc = (torch.zeros(1, self.net.hidden), torch.zeros(1, self.net.hidden))

    def train(self, updates, n_steps=24):
        rewards_seen = []
        for _ in range(updates):
            self.hc = tuple(s.detach() for s in self.hc)
            logp, val, ent, rew = [], [], [], []
            for _ in range(n_steps):
                pi, v, self.hc = self.net(torch.from_numpy(self.obs)[None], self.hc)
                a = pi.sample()
                self.obs, r = self.env.step(int(a))
                logp.append(pi.log_prob(a))
                val.append(v)
                ent.append(pi.entropy())
                rew.append(r)
            with torch.no_grad():
                _, g, _ = self.net(torch.from_numpy(self.obs)[None], self.hc)
            rets = []
            for r in reversed(rew):
                g = r + 0.97 * g
                rets.append(g)
            rets, val = torch.cat(rets[::-1]), torch.cat(val)
            adv = (rets - val).detach()
            loss = -(torch.cat(logp) * adv).mean() + 0.5 * (rets - val).pow(2).mean()
            loss = loss - self.hyper["entropy"] * torch.cat(ent).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()
            rewards_seen += rew
        return float(np.mean(rewards_seen))

    def give(self):
        return {k: v.numpy().copy() for k, v in self.net.state_dict().items()}, dict(self.hyper)

    def take(self, weights, hyper):
        self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})
        self.hyper = {k: v * random.choice([0.8, 1.25]) for k, v in hyper.items()}
        self.build_optimizer()
        self.begin_day()
        return self.hyper


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=100)
    ap.add_argument("--updates", type=int, default=60)
    args = ap.parse_args()

    ray.init()
    members = [Member.remote(i) for i in range(args.members)]
    for rnd in range(args.rounds):
        scores = ray.get([m.train.remote(args.updates) for m in members])
        order = np.argsort(scores)
        quarter = max(1, args.members // 4)
        for weak in order[:quarter]:
            strong = random.choice(order[-quarter:])
            weights, hyper = ray.get(members[strong].give.remote())
            new = ray.get(members[weak].take.remote(weights, hyper))
            print(f"round {rnd}: {weak} takes over from {strong}, lr {new['lr']:.1e}")
        print(f"round {rnd}: best {max(scores):.3f} mean {np.mean(scores):.3f}")

    weights, _ = ray.get(members[int(np.argmax(scores))].give.remote())
    torch.save({k: torch.from_numpy(v) for k, v in weights.items()}, "ferry.pt")


if __name__ == "__main__":
    main()
