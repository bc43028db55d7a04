import torch
import torch.nn as nn


class RSSM(nn.Module):
    def __init__(self, embed, act, deter, stoch):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.pre = nn.Sequential(nn.Linear(stoch + act, deter), nn.SiLU())
        self.cell = nn.GRUCell(deter, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + embed, 2 * stoch)

    def initial(self, n):
        return {"deter": torch.zeros(n, self.deter), "stoch": torch.zeros(n, self.stoch)}

    def features(self, s):
        return torch.cat([s["deter"], s["stoch"]], -1)

    def _draw(self, stats):
        mean, raw = stats.chunk(2, -1)
        return mean + (nn.functional.softplus(raw) + 0.1) * torch.randn_like(mean)

    def imagine(self, s, action):
        d = self.cell(self.pre(torch.cat([s["stoch"], action], -1)), s["deter"])
        return {"deter": d, "stoch": self._draw(self.prior(d))}

    def observe(self, s, action, embed):
        d = self.cell(self.pre(torch.cat([s["stoch"], action], -1)), s["deter"])
        return {"deter": d, "stoch": self._draw(self.post(torch.cat([d, embed], -1)))}
