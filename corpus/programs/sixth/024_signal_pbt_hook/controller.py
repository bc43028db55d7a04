import torch
from torch import nn
from torch.distributions import Bernoulli

from junction import Junction


class SignalNet(nn.Module):
    def __init__(self, n=9, h=40):
        super().__init__()
        self.h = h
        self.cell = nn.LSTMCell(n, h)
        self.sw = nn.Linear(h, 1)
        self.v = nn.Linear(h, 1)

    def forward(self, x, hc):
        hc = self.cell(x, hc)
        return Bernoulli(logits=self.sw(hc[0]).squeeze(-1)), self.v(hc[0]).squeeze(-1), hc


class Controller:
    """One junction, one net, one memory. Whenever weights are loaded into the net, the memory is emptied."""

    def __init__(self, idx, lr, ent):
        self.idx, self.lr, self.ent = idx, lr, ent
        self.net = SignalNet()
        self.net.register_load_state_dict_post_hook(self._on_loaded)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr)
        self.road = Junction(idx)
        self.x = self.road.see()
        self.hc = None
        self.wait = 0.0

    def _on_loaded(self, module, incompatible_keys):
        self.hc = None

    def work(self, n=50, gamma=0.95):
        lp, vs, es, rs = [], [], [], []
        for _ in range(n):
            d, v, self.hc = self.net(torch.from_numpy(self.x).unsqueeze(0), self.hc)
            a = d.sample()
            self.x, r = self.road.step(int(a))
            lp.append(d.log_prob(a)), vs.append(v), es.append(d.entropy()), rs.append(r)
        g, tgt = vs[-1].item(), []
        for r in reversed(rs):
            g = r + gamma * g
            tgt.append(g)
        tgt, vs = torch.tensor(tgt[::-1], dtype=torch.float32).unsqueeze(1), torch.stack(vs)
        adv = tgt - vs
        loss = -(torch.stack(lp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - self.ent * torch.stack(es).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.hc = tuple(t.detach() for t in self.hc)
        self.wait = 0.99 * self.wait + 0.01 * sum(rs)
