import ray
import torch
from torch.distributions import Categorical

from models import HockeyPolicy
from table import HockeyTable


@ray.remote
class Player:
    def __init__(self, idx, n_tables, lr=5e-4, gamma=0.99):
        torch.manual_seed(100 + idx)
        torch.set_num_threads(1)
        self.idx, self.n, self.gamma = idx, n_tables, gamma
        self.policy = HockeyPolicy()
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.rivals = [HockeyPolicy().eval() for _ in range(n_tables)]
        self.rival_names = [None] * n_tables
        self.tables = [HockeyTable(1000 * idx + k) for k in range(n_tables)]
        self.views = [t.reset() for t in self.tables]
        self.h, self.c = torch.zeros(n_tables, self.policy.width), torch.zeros(n_tables, self.policy.width)
        self.rh, self.rc = torch.zeros(n_tables, self.policy.width), torch.zeros(n_tables, self.policy.width)
        self.outcomes = []

    def weights(self):
        return self.policy.get_weights()

    def meet(self, opponents):
        for slot, (name, weights) in enumerate(opponents):
            self.rivals[slot].set_weights(weights)
            self.rival_names[slot] = name
            self.rh[slot].zero_()

    @torch.no_grad()
    def _rival_moves(self):
        moves = []
        for k, net in enumerate(self.rivals):
            obs = torch.from_numpy(self.views[k][1]).unsqueeze(0)
            logits, _, h, c = net(obs, self.rh[k:k + 1], self.rc[k:k + 1])
            self.rh[k], self.rc[k] = h[0], c[0]
            moves.append(int(Categorical(logits=logits[0]).sample()))
        return moves

    def train(self, n_unrolls, unroll=20):
        for _ in range(n_unrolls):
            self.h, self.c = self.h.detach(), self.c.detach()
            lp, val, ent, rew, live = [], [], [], [], []
            for _ in range(unroll):
                obs = torch.stack([torch.from_numpy(v[0]) for v in self.views])
                logits, v, self.h, self.c = self.policy(obs, self.h, self.c)
                dist = Categorical(logits=logits)
                acts = dist.sample()
                theirs = self._rival_moves()
                r, m = torch.zeros(self.n), torch.ones(self.n)
                for k, table in enumerate(self.tables):
                    self.views[k], r[k], over = table.step(int(acts[k]), theirs[k])
                    if over:
                        m[k] = 0.0
                        self.outcomes.append((self.rival_names[k], float(r[k])))
                        self.views[k] = table.reset()
                        self.rh[k].zero_()
                        self.rc[k].zero_()
                self.h, self.c = self.h * m.unsqueeze(1), self.c * m.unsqueeze(1)
                for seq, x in zip((lp, val, ent, rew, live), (dist.log_prob(acts), v, dist.entropy(), r, m)):
                    seq.append(x)
            with torch.no_grad():
                obs = torch.stack([torch.from_numpy(v[0]) for v in self.views])
                ret = self.policy(obs, self.h, self.c)[1]
            rets = []
            for r, m in zip(rew[::-1], live[::-1]):
                ret = r + self.gamma * m * ret
                rets.insert(0, ret)
            rets, val = torch.stack(rets), torch.stack(val)
            loss = -(torch.stack(lp) * (rets - val).detach()).mean() + 0.5 * (rets - val).pow(2).mean()
            loss = loss - 0.01 * torch.stack(ent).mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
            self.opt.step()
        outcomes, self.outcomes = self.outcomes, []
        return outcomes
