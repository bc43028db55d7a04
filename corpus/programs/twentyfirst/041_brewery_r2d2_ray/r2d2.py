import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from fermenter import Fermenter

SEQ, BURN = 60, 20


class QNet(nn.Module):
    def __init__(self, n_obs, n_act, h=128):
        super().__init__()
        self.h = h
        self.enc = nn.Linear(n_obs, h)
        self.lstm = nn.LSTM(h, h, batch_first=True)
        self.adv = nn.Linear(h, n_act)
        self.val = nn.Linear(h, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(F.relu(self.enc(x)), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc


@ray.remote
class Replay:
    def __init__(self, cap=5000):
        self.buf = deque(maxlen=cap)

    def add(self, seqs):
        self.buf.extend(seqs)

    def sample(self, n):
        if len(self.buf) < 4 * n:
            return None
        return [np.stack(x) for x in zip(*random.sample(self.buf, n))]


@ray.remote
class Learner:
    def __init__(self, replay):
        self.replay = replay
        self.q = QNet(Fermenter.n_obs, Fermenter.n_act)
        self.tgt = QNet(Fermenter.n_obs, Fermenter.n_act)
        self.tgt.load_state_dict(self.q.state_dict())
        self.opt = torch.optim.Adam(self.q.parameters(), lr=1e-4)
        self.n = 0

    def weights(self):
        return {k: v.clone() for k, v in self.q.state_dict().items()}

    def update(self, k=50):
        for _ in range(k):
            batch = ray.get(self.replay.sample.remote(32))
            if batch is None:
                return self.n
            o, a, r, d = (torch.as_tensor(b) for b in batch)
            q, _ = self.q(o)
            with torch.no_grad():
                qt, _ = self.tgt(o)
                y = r[:, :-1] + 0.997 * (1 - d[:, :-1]) * qt[:, 1:].gather(2, q[:, 1:].argmax(2, True)).squeeze(2)
            qa = q[:, :-1].gather(2, a[:, :-1, None]).squeeze(2)
            loss = F.smooth_l1_loss(qa[:, BURN:], y[:, BURN:])
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.q.parameters(), 40)
            self.opt.step()
            self.n += 1
            if self.n % 1000 == 0:
                self.tgt.load_state_dict(self.q.state_dict())
        return self.n


@ray.remote
class Actor:
    def __init__(self, i, n, learner, replay):
        self.eps = 0.4 ** (1 + 7 * i / max(1, n - 1))
        self.env = Fermenter(i)
        self.learner, self.replay = learner, replay
        self.q = QNet(Fermenter.n_obs, Fermenter.n_act)

    def run(self, steps, pull=200):
        obs, hc, seq, out = self.env.reset(), None, [], []
        ret = 0.0
        for t in range(steps):
            if t % pull == 0:
                self.q.load_state_dict(ray.get(self.learner.weights.remote()))
            with torch.no_grad():
                qv, hc = self.q(torch.from_numpy(obs).view(1, 1, -1), hc)
            a = random.randrange(Fermenter.n_act) if random.random() < self.eps else int(qv.argmax())
            nxt, r, done = self.env.step(a)
            ret += r
            seq.append((obs, a, np.float32(r), np.float32(done)))
            obs = nxt
            if len(seq) == SEQ:
                out.append([np.array(c) for c in zip(*seq)])
                seq = seq[SEQ // 2:]
            if done:
                self.replay.add.remote(out)
                print(f"eps {self.eps:.3f} batch return {ret:.2f}")
                obs, hc, seq, out, ret = self.env.reset(), None, [], [], 0.0


if __name__ == "__main__":
    ray.init()
    replay = Replay.remote()
    learner = Learner.remote(replay)
    actors = [Actor.remote(i, 6, learner, replay) for i in range(6)]
    jobs = [a.run.remote(1_000_000) for a in actors]
    while ray.wait(jobs, timeout=0)[1]:
        ray.get(learner.update.remote())
    torch.save(ray.get(learner.weights.remote()), "brew_q.pt")
