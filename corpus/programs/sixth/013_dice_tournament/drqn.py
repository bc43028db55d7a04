import random
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

Step = namedtuple("Step", "x legal a r done")


class DRQN(nn.Module):
    def __init__(self, n_in, n_out, hid=128):
        super().__init__()
        self.hid = hid
        self.a = nn.Linear(n_in, hid)
        self.lstm = nn.LSTM(hid, hid, batch_first=True)
        self.adv = nn.Linear(hid, n_out)
        self.val = nn.Linear(hid, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(F.relu(self.a(x)), state)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), state


class Agent:
    def __init__(self, n_in, n_out, gamma=0.97, lr=5e-4, cap=4000, seq=24):
        self.q, self.tq = DRQN(n_in, n_out), DRQN(n_in, n_out)
        self.tq.load_state_dict(self.q.state_dict())
        self.opt = torch.optim.Adam(self.q.parameters(), lr)
        self.gamma, self.seq, self.n_out = gamma, seq, n_out
        self.memory = deque(maxlen=cap)
        self.k = 0

    @torch.no_grad()
    def choose(self, x, legal, state=None, eps=0.0):
        """One move. Returns the action and the LSTM state for the next one."""
        q, state = self.q(torch.from_numpy(x).view(1, 1, -1), state)
        if random.random() < eps:
            return int(np.random.choice(np.flatnonzero(legal))), state
        q = q[0, 0].masked_fill(~torch.from_numpy(legal), -1e9)
        return int(q.argmax()), state

    def learn(self, n=32):
        if len(self.memory) < 200:
            return
        batch = random.sample(self.memory, n)
        T = self.seq
        pad = lambda v, z: np.stack([np.concatenate([e[v][:T], np.repeat(z[None], T - len(e[v][:T]), 0)]) for e in batch])
        x = torch.from_numpy(pad("x", np.zeros(batch[0]["x"].shape[1], np.float32)))
        lg = torch.from_numpy(pad("legal", np.ones(self.n_out, bool)))
        a = torch.from_numpy(pad("a", np.int64(0)))
        r = torch.from_numpy(pad("r", np.float32(0)))
        d = torch.from_numpy(pad("done", np.float32(1)))
        mask = torch.from_numpy(pad("ok", np.float32(0)))
        q = self.q(x)[0].gather(-1, a.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            nq = self.tq(x)[0].masked_fill(~lg, -1e9).amax(-1)
            nq = torch.cat([nq[:, 1:], torch.zeros(n, 1)], 1)
            y = r + self.gamma * (1 - d) * nq
            mask[:, -1] *= d[:, -1]
        loss = (F.smooth_l1_loss(q, y, reduction="none") * mask).sum() / mask.sum()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.q.parameters(), 10)
        self.opt.step()
        self.k += 1
        if self.k % 500 == 0:
            self.tq.load_state_dict(self.q.state_dict())

    def remember(self, steps):
        c = Step(*zip(*steps))
        self.memory.append({
            "x": np.stack(c.x), "legal": np.stack(c.legal), "a": np.array(c.a, np.int64),
            "r": np.array(c.r, np.float32), "done": np.array(c.done, np.float32), "ok": np.ones(len(c.a), np.float32),
        })
