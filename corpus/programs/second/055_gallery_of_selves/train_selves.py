import argparse
import logging
from pathlib import Path

import numpy as np
import torch
from torch.distributions import Categorical

from selves.arena import Ring
from selves.net import SelfNet
from selves.opponent import FormerSelf
from selves.pool import Selves

log = logging.getLogger("selves")


class Learner:
    def __init__(self, n, lr):
        self.net = SelfNet(Ring.OBS, Ring.ACTIONS)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.hc = self.net.initial(n)

    def act(self, obs):
        logits, value, self.hc = self.net(torch.as_tensor(obs), self.hc)
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), dist.entropy(), value

    def ended(self, mask):
        keep = torch.as_tensor(1.0 - mask).unsqueeze(-1)
        self.hc = tuple(x * keep for x in self.hc)

    def cut(self):
        self.hc = tuple(x.detach() for x in self.hc)

    def learn(self, tape, last, gamma):
        ret, loss = last, 0.0
        for logp, ent, value, rew, end in reversed(tape):
            ret = rew + gamma * ret * (1 - end)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 0.01 * ent).mean()
        self.opt.zero_grad()
        (loss / len(tape)).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return float(loss.detach()) / len(tape)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rings", type=int, default=16)
    ap.add_argument("--steps", type=int, default=32)
    ap.add_argument("--updates", type=int, default=60_000)
    ap.add_argument("--remember", type=int, default=250)
    ap.add_argument("--change", type=int, default=10)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lr", type=float, default=4e-4)
    ap.add_argument("--out", type=Path, default=Path("selves_out"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.out.mkdir(exist_ok=True)
    rings = [Ring(seed=i) for i in range(args.rings)]
    learner = Learner(args.rings, args.lr)
    other = FormerSelf(Ring.OBS, Ring.ACTIONS, args.rings)
    pool = Selves()
    pairs = [r.reset() for r in rings]
    a, b = np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])
    for update in range(args.updates):
        if update % args.remember == 0:
            pool.remember(update, learner.net.state_dict())
        if update % args.change == 0:
            other.impersonate(*pool.choose())
        learner.cut()
        tape = []
        for _ in range(args.steps):
            action, logp, ent, value = learner.act(a)
            reply = other.act(b)
            rew, end = np.zeros(args.rings, np.float32), np.zeros(args.rings, np.float32)
            for i, ring in enumerate(rings):
                (a[i], b[i]), rew[i], over, _ = ring.step(int(action[i]), int(reply[i]))
                if over:
                    end[i] = 1.0
                    pool.result(other.step, rew[i] > 0)
                    other.ended(i)
                    a[i], b[i] = ring.reset()
            learner.ended(end)
            tape.append((logp, ent, value, torch.as_tensor(rew), torch.as_tensor(end)))
        with torch.no_grad():
            _, last, _ = learner.net(torch.as_tensor(a), learner.hc)
        loss = learner.learn(tape, last, args.gamma)
        if update % 500 == 0:
            torch.save(learner.net.state_dict(), args.out / f"self_{update}.pt")
            log.info("%d loss %.3f against %s", update, loss, list(pool.table().items())[-6:])


if __name__ == "__main__":
    main()
