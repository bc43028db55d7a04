import torch as th


class OpenKitchen:
    """Robots at a counter: fetch, chop, cook, plate, wash, wait. A station's content is seen only by who stands there."""

    obs_dim = 8

    def __init__(self, batch, n_agents):
        self.b, self.n = batch, n_agents

    def open(self):
        self.stock = th.ones(self.b, 5)
        self.where = th.zeros(self.b, self.n, dtype=th.long)
        return self.look()

    def look(self):
        onehot = th.nn.functional.one_hot(self.where, 6).float()
        full = th.cat([self.stock, th.zeros(self.b, 1)], 1)
        here = full.gather(1, self.where) / 5
        ids = th.arange(self.n).float().expand(self.b, self.n) / self.n
        return th.cat([onehot, here.unsqueeze(-1), ids.unsqueeze(-1)], -1)

    def step(self, act):
        arrived = act == self.where
        self.where = act.clone()
        rew = th.zeros(self.b)
        for i in range(self.n):
            for s in range(1, 5):
                ok = arrived[:, i] & (act[:, i] == s) & (self.stock[:, s - 1] >= 1)
                self.stock[ok, s - 1] -= 1
                self.stock[ok, s] += 1
                if s == 3:
                    rew[ok] += 1
            fetch = arrived[:, i] & (act[:, i] == 0)
            self.stock[fetch, 0] += 1
        rew -= 0.05 * (self.stock > 5).float().sum(1)
        self.stock.clamp_(0, 6)
        return self.look(), rew
