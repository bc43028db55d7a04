import numpy as np
import torch

from board import FogTafl, N_MOVES
from nets import TaflNet


class SelfPlayWorker:
    """n boards at once; the learner attacks, the seated opponent defends."""

    def __init__(self, learner, n, device="cpu"):
        self.learner = learner
        self.rival = TaflNet(N_MOVES).to(device).eval()
        self.boards = [FogTafl(i) for i in range(n)]
        self.n, self.device = n, device
        self.mem_l = learner.zero(n)
        self.mem_r = self.rival.zero(n)
        self.done = torch.ones(n, device=device)

    def _look(self):
        p = torch.as_tensor(np.stack([b.planes() for b in self.boards]), device=self.device)
        m = torch.as_tensor(np.stack([b.legal() for b in self.boards]), device=self.device)
        return p, m

    @staticmethod
    def _mask(mem, done):
        k = (1 - done).view(1, -1, 1)
        return tuple(k * x for x in mem)

    def begin_block(self):
        """A new block of learning: BPTT starts from a clean memory."""
        self.mem_l = self.learner.zero(self.n)

    @torch.no_grad()
    def collect(self, steps, on_result):
        traj = []
        for _ in range(steps):
            self.mem_l = self._mask(self.mem_l, self.done)
            self.mem_r = self._mask(self.mem_r, self.done)
            p, m = self._look()
            dist, v, self.mem_l = self.learner(p, self.mem_l, m)
            a = dist.sample()
            over = [b.play(x) for b, x in zip(self.boards, a)]
            rp, rm = self._look()
            rdist, _, self.mem_r = self.rival(rp, self.mem_r, rm)
            ra = rdist.sample()
            r, d = np.zeros(self.n, np.float32), np.zeros(self.n, np.float32)
            for i, b in enumerate(self.boards):
                res = over[i] if over[i] >= 0 else b.play(ra[i])
                if res >= 0:
                    r[i] = {0: 1.0, 1: -1.0, 2: 0.0}[res]
                    d[i] = 1.0
                    on_result(res == 1)
                    b.reset()
            traj.append((p, m, a, dist.log_prob(a), v, torch.as_tensor(r), self.done.clone()))
            self.done = torch.as_tensor(d, device=self.device)
        return traj
