"""Small IMPALA-like set-up in one process: actor threads fill a queue, the main thread learns."""
import argparse
import queue
import threading
import time
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class TMaze:
    """Signal at the start, junction after a corridor of random length."""

    def __init__(self, rng, longest=15):
        self.rng, self.longest = rng, longest

    def reset(self):
        self.goal = int(self.rng.integers(2))
        self.length = int(self.rng.integers(3, self.longest))
        self.x = 0
        self.t = 0
        return self._obs()

    def _obs(self):
        o = np.zeros(4, dtype=np.float32)
        if self.x == 0:
            o[self.goal] = 1
        o[2] = self.x == self.length
        o[3] = 1
        return o

    def step(self, a):
        self.t += 1
        if self.x == self.length and a > 0:
            return self._obs(), (1.0 if a - 1 == self.goal else -0.5), True
        if a == 0:
            self.x = min(self.length, self.x + 1)
        return self._obs(), -0.02, self.t > 4 * self.length


class Unroll(NamedTuple):
    obs: torch.Tensor        # T+1, obs
    act: torch.Tensor        # T
    logp: torch.Tensor
    rew: torch.Tensor
    done: torch.Tensor
    core: torch.Tensor       # state at the first step


class MazeNet(nn.Module):
    def __init__(self, n_obs=4, n_act=3, size=48):
        super().__init__()
        self.size = size
        self.core = nn.GRUCell(n_obs, size)
        self.policy = nn.Linear(size, n_act)
        self.baseline = nn.Linear(size, 1)

    def initial_state(self):
        return torch.zeros(1, self.size)

    def forward(self, obs, h):
        h = self.core(obs, h)
        return self.policy(h), self.baseline(h).squeeze(-1), h


def actor_loop(i, learner_net, lock, out, stop, T):
    env = TMaze(np.random.default_rng(i))
    net = MazeNet()
    obs, h = env.reset(), net.initial_state()
    while not stop.is_set():
        with lock:
            net.load_state_dict(learner_net.state_dict())
        first = h
        O, A, L, R, D = [], [], [], [], []
        with torch.no_grad():
            for _ in range(T):
                logits, _, h = net(torch.from_numpy(obs)[None], h)
                logp = F.log_softmax(logits, -1)
                a = torch.multinomial(logp.exp(), 1).item()
                O.append(obs)
                A.append(a)
                L.append(logp[0, a])
                obs, r, done = env.step(a)
                R.append(r)
                D.append(done)
                if done:
                    obs, h = env.reset(), net.initial_state()
        O.append(obs)
        item = Unroll(torch.from_numpy(np.stack(O)), torch.tensor(A), torch.stack(L),
                      torch.tensor(R), torch.tensor(D).float(), first)
        while not stop.is_set():
            try:
                out.put(item, timeout=1.0)
                break
            except queue.Full:
                continue


def unroll_loss(net, u, gamma, clip=1.0):
    h, logits, values = u.core, [], []
    for t in range(len(u.obs)):
        lg, v, h = net(u.obs[t:t + 1], h)
        logits.append(lg[0])
        values.append(v[0])
        if t < len(u.done):
            h = h * (1 - u.done[t])
    values = torch.stack(values)
    logp_all = F.log_softmax(torch.stack(logits[:-1]), -1)
    logp = logp_all.gather(1, u.act[:, None])[:, 0]
    with torch.no_grad():
        rho = (logp - u.logp).exp().clamp(max=clip)
        acc, vs = torch.zeros(()), []
        for t in reversed(range(len(u.rew))):
            g = gamma * (1 - u.done[t])
            delta = rho[t] * (u.rew[t] + g * values[t + 1] - values[t])
            acc = delta + g * rho[t] * acc
            vs.insert(0, values[t] + acc)
        vs = torch.stack(vs)
        nxt = torch.cat([vs[1:], values[-1:]])
        adv = rho * (u.rew + gamma * (1 - u.done) * nxt - values[:-1])
    entropy = -(logp_all.exp() * logp_all).sum(-1).mean()
    return -(logp * adv).mean() + 0.5 * (vs - values[:-1]).pow(2).mean() - 0.01 * entropy


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=4)
    p.add_argument("--unroll", type=int, default=20)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--updates", type=int, default=20000)
    args = p.parse_args()

    net = MazeNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=6e-4, eps=0.01)
    lock, stop = threading.Lock(), threading.Event()
    q = queue.Queue(maxsize=4 * args.batch)
    threads = [threading.Thread(target=actor_loop, args=(i, net, lock, q, stop, args.unroll), daemon=True)
               for i in range(args.actors)]
    for t in threads:
        t.start()
    start = time.time()
    for n in range(1, args.updates + 1):
        batch = [q.get() for _ in range(args.batch)]
        loss = torch.stack([unroll_loss(net, u, 0.98) for u in batch]).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        with lock:
            opt.step()
        if n % 500 == 0:
            rew = torch.cat([u.rew for u in batch]).sum() / max(1.0, torch.cat([u.done for u in batch]).sum())
            print(f"{n} loss {loss.item():.3f} reward/episode {rew:.2f} {time.time() - start:.0f}s")
    stop.set()
    torch.save(net.state_dict(), "tmaze.pt")


if __name__ == "__main__":
    main()
