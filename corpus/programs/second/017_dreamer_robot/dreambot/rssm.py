import torch
import torch.nn.functional as F
from torch import nn


class RSSM(nn.Module):
    """Deterministic GRU path plus categorical stochastic state."""

    def __init__(self, embed, act_dim, deter=128, groups=8, classes=8):
        super().__init__()
        self.deter, self.groups, self.classes = deter, groups, classes
        self.inp = nn.Linear(groups * classes + act_dim, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, deter), nn.ELU(), nn.Linear(deter, groups * classes))
        self.post_net = nn.Sequential(nn.Linear(deter + embed, deter), nn.ELU(), nn.Linear(deter, groups * classes))

    @property
    def feat_dim(self):
        return self.deter + self.groups * self.classes

    def initial(self, batch):
        p = next(self.parameters())
        return {
            "deter": torch.zeros(batch, self.deter, device=p.device),
            "stoch": torch.zeros(batch, self.groups * self.classes, device=p.device),
        }

    def _sample(self, logits):
        logits = logits.view(-1, self.groups, self.classes)
        probs = 0.99 * logits.softmax(-1) + 0.01 / self.classes
        idx = torch.distributions.Categorical(probs=probs).sample()
        hard = F.one_hot(idx, self.classes).float()
        return (hard + probs - probs.detach()).flatten(1)

    def imagine(self, prev, action):
        x = F.elu(self.inp(torch.cat([prev["stoch"], action], -1)))
        deter = self.gru(x, prev["deter"])
        logits = self.prior_net(deter)
        return {"deter": deter, "stoch": self._sample(logits)}, logits

    def observe(self, prev, action, embed):
        prior, prior_logits = self.imagine(prev, action)
        logits = self.post_net(torch.cat([prior["deter"], embed], -1))
        return {"deter": prior["deter"], "stoch": self._sample(logits)}, logits, prior_logits

    def feat(self, s):
        return torch.cat([s["deter"], s["stoch"]], -1)
