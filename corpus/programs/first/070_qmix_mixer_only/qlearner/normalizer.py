import torch


class RunningNorm:
    def __init__(self, n, eps=1e-4):
        self.mean, self.var, self.count = torch.zeros(n), torch.ones(n), eps

    def update(self, x):
        m, v, n = x.mean(0), x.var(0, unbiased=False), x.shape[0]
        d, tot = m - self.mean, self.count + n
        self.mean = self.mean + d * n / tot
        self.var = (self.var * self.count + v * n + d**2 * self.count * n / tot) / tot
        self.count = tot

    def __call__(self, x):
        return (x - self.mean) / (self.var + 1e-8).sqrt()

    def state_dict(self):
        return vars(self).copy()

    def load_state_dict(self, d):
        vars(self).update(d)
