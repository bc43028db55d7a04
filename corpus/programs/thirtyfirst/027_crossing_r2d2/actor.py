import queue

import numpy as np
import torch

from crossing import Crossing
from qnet import PhaseQ

SEG = 40


def one_hot(i, n):
    v = np.zeros(n, dtype=np.float32)
    v[i] = 1.0
    return v


class Actor:
    def __init__(self, rank, n_actors, inbox, outbox, pull_every=200):
        self.env = Crossing(seed=1000 + rank)
        self.net = PhaseQ(Crossing.obs_dim, Crossing.n_phases).eval()
        self.inbox = inbox
        self.outbox = outbox
        self.pull_every = pull_every
        self.eps = 0.4 ** (1 + 7 * rank / max(1, n_actors - 1))
        self.rng = np.random.default_rng(rank)
        self.carry = self.net.fresh()

    def pull(self):
        newest = None
        while True:
            try:
                newest = self.inbox.get_nowait()
            except queue.Empty:
                break
        if newest is not None:
            self.net.load_state_dict({k: torch.from_numpy(v) for k, v in newest.items()})

    @torch.no_grad()
    def choose(self, obs, prev):
        x = torch.from_numpy(np.concatenate([obs, one_hot(prev, Crossing.n_phases)]))
        q, self.carry = self.net(x.view(1, 1, -1), self.carry)
        if self.rng.random() < self.eps:
            return int(self.rng.integers(Crossing.n_phases)), x.numpy()
        return int(q.argmax()), x.numpy()

    def loop(self, max_steps):
        obs, prev = self.env.reset(), 0
        seg, seg_carry = [], self.carry
        for t in range(1, max_steps + 1):
            phase, x = self.choose(obs, prev)
            obs, reward, over = self.env.step(phase)
            seg.append((x, phase, reward))
            prev = phase
            if len(seg) == SEG:
                xs, acts, rews = map(np.array, zip(*seg))
                self.outbox.put((xs, acts, rews.astype(np.float32), [c.numpy().copy() for c in seg_carry]))
                seg, seg_carry = [], self.carry
            if over:
                obs, prev = self.env.reset(), 0
                self.carry = self.net.fresh()
                seg, seg_carry = [], self.carry
            if t % self.pull_every == 0:
                self.pull()


def actor_main(rank, n_actors, inbox, outbox, max_steps):
    torch.set_num_threads(1)
    Actor(rank, n_actors, inbox, outbox).loop(max_steps)
