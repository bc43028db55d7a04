import torch
import torch.nn.functional as F

from env import RunningNorm, make
from model import ACNet


class Player:
    """一个进程里的玩家：环境、本地网络和LSTM记忆"""

    def __init__(self, args, rank):
        torch.manual_seed(args.seed + rank)
        self.env = make(args.env, args.seed + rank)
        self.norm = RunningNorm()
        self.net = ACNet(self.env.action_space.n)
        self.args = args
        self.hc = None
        self.over, self.ep_len, self.ep_ret = True, 0, 0.0
        self.tape = []

    def pull(self, shared):
        # 每 n 步从全局网络同步一次
        for mine, theirs in zip(self.net.parameters(), shared.parameters()):
            mine.data.copy_(theirs.data)
        if self.over:
            z = torch.zeros(1, self.net.n_hid)
            self.hc = (z, z.clone())
        else:
            self.hc = tuple(s.detach() for s in self.hc)

    def _start(self):
        o, _ = self.env.reset()
        self.x = torch.from_numpy(self.norm(o)).view(1, 1, 80, 80)
        self.over, self.ep_len, self.ep_ret = False, 0, 0.0

    def walk(self):
        if self.over:
            self._start()
        for _ in range(self.args.num_steps):
            logit, v, self.hc = self.net(self.x, self.hc)
            p, lp = F.softmax(logit, 1), F.log_softmax(logit, 1)
            a = p.multinomial(1).detach()
            o, r, term, trunc, _ = self.env.step(a.item())
            self.ep_len += 1
            self.ep_ret += r
            self.x = torch.from_numpy(self.norm(o)).view(1, 1, 80, 80)
            self.tape.append((v, lp.gather(1, a), -(lp * p).sum(1), max(min(r, 1), -1)))
            if term or trunc or self.ep_len >= self.args.max_len:
                self.over = True
                break

    def loss(self):
        R = torch.zeros(1, 1)
        if not self.over:
            with torch.no_grad():
                R = self.net(self.x, self.hc)[1]
        gae, pl, vl, nv = torch.zeros(1, 1), 0, 0, R
        for v, lp, ent, r in reversed(self.tape):
            R = self.args.gamma * R + r
            vl = vl + 0.5 * (R - v).pow(2)
            gae = gae * self.args.gamma * self.args.tau + r + self.args.gamma * nv.detach() - v.detach()
            nv = v
            pl = pl - lp * gae - 0.01 * ent
        self.tape = []
        return (pl + 0.5 * vl).sum()
