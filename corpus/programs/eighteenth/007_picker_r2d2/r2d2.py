import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn.functional as F

from common import Aisles, QNet

SEQ, BURN, GAMMA = 40, 10, 0.98
ACTORS, PULL = 6, 100


@ray.remote
class Params:
    def __init__(self, weights):
        self.weights = weights

    def put(self, weights):
        self.weights = weights

    def get(self):
        return self.weights


@ray.remote
class Actor:
    def __init__(self, rank, params):
        self.env = Aisles(rank)
        self.net = QNet()
        self.params = params
        self.eps = 0.4 ** (1 + 5 * rank / max(ACTORS - 1, 1))
        self.obs = self.env.reset()
        self.hc = None
        self.steps = 0

    @torch.no_grad()
    def collect(self):
        """One sequence, cut at the end of an episode."""
        seq = []
        while len(seq) < SEQ:
            if self.steps % PULL == 0:
                self.net.load_state_dict(ray.get(self.params.get.remote()))
            q, self.hc = self.net(torch.from_numpy(self.obs).view(1, 1, -1), self.hc)
            a = random.randrange(5) if random.random() < self.eps else int(q.argmax())
            nxt, r, done = self.env.step(a)
            seq.append((self.obs, a, r, done, nxt))
            self.obs = nxt
            self.steps += 1
            if done:
                self.obs = self.env.reset()
                self.hc = None
                break
        return seq


def batch_of(seqs):
    n = len(seqs)
    obs = torch.zeros(n, SEQ + 1, 10)
    act = torch.zeros(n, SEQ, dtype=torch.long)
    rew, end, mask = torch.zeros(n, SEQ), torch.zeros(n, SEQ), torch.zeros(n, SEQ)
    for i, seq in enumerate(seqs):
        for t, (o, a, r, d, nxt) in enumerate(seq):
            obs[i, t] = torch.from_numpy(o)
            obs[i, t + 1] = torch.from_numpy(nxt)
            act[i, t], rew[i, t], end[i, t], mask[i, t] = a, r, float(d), 1.0
    mask[:, :BURN] = 0
    return obs, act, rew, end, mask


def main(updates=100_000):
    ray.init()
    net, target = QNet(), QNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    params = Params.remote({k: v.clone() for k, v in net.state_dict().items()})
    pending = {a.collect.remote(): a for a in [Actor.remote(i, params) for i in range(ACTORS)]}
    replay, returns = deque(maxlen=20_000), deque(maxlen=200)

    for step in range(updates):
        ready, _ = ray.wait(list(pending))
        actor = pending.pop(ready[0])
        seq = ray.get(ready[0])
        pending[actor.collect.remote()] = actor
        returns.append(sum(s[2] for s in seq))
        if len(seq) > BURN:
            replay.append(seq)
        if len(replay) < 200:
            continue

        obs, act, rew, end, mask = batch_of(random.sample(replay, 32))
        q_all, _ = net(obs)
        q = q_all[:, :-1].gather(2, act.unsqueeze(2)).squeeze(2)
        with torch.no_grad():
            best = q_all[:, 1:].argmax(2, keepdim=True)
            nxt = target(obs)[0][:, 1:].gather(2, best).squeeze(2)
            y = rew + GAMMA * (1 - end) * nxt
        loss = (F.smooth_l1_loss(q, y, reduction="none") * mask).sum() / mask.sum().clamp(min=1)
        opt.zero_grad()
        loss.backward()
        opt.step()

        if step % 50 == 0:
            params.put.remote({k: v.clone() for k, v in net.state_dict().items()})
        if step % 1000 == 0:
            target.load_state_dict(net.state_dict())
            print(step, f"loss {loss.item():.4f} reward per sequence {np.mean(returns):.3f}")


if __name__ == "__main__":
    main()
