import math

import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from shadow import ShadowWeights


class Crossing:
    """N ferries over a tidal river; the current is not observed."""

    def __init__(self, n, limit=200):
        self.n, self.limit = n, limit
        self.state = torch.zeros(n, 3)
        self.tide = torch.zeros(n)
        self.age = torch.zeros(n)
        self.renew(torch.ones(n, dtype=torch.bool))

    def renew(self, mask):
        k = int(mask.sum())
        self.state[mask] = torch.stack([torch.zeros(k), torch.rand(k) - 0.5, torch.zeros(k)], 1)
        self.tide[mask] = torch.rand(k) * 0.04 - 0.02
        self.age[mask] = 0

    def look(self):
        x, y, a = self.state.unbind(1)
        return torch.stack([x, y + 0.05 * torch.randn(self.n), a.sin(), a.cos()], 1)

    def step(self, turn):
        x, y, a = self.state.unbind(1)
        a = a + 0.15 * (turn - 1).float()
        before = (1 - x).hypot(y)
        x, y = x + 0.02 * a.cos(), y + 0.02 * a.sin() + self.tide
        self.state = torch.stack([x, y, a], 1)
        self.age += 1
        gap = (1 - x).hypot(y)
        docked = gap < 0.06
        over = docked | (self.age >= self.limit) | (y.abs() > 2)
        reward = (before - gap) * 5 + docked.float() * 2
        self.renew(over)
        return reward, over, docked


class Helm(nn.Module):
    def __init__(self, size=64):
        super().__init__()
        self.size = size
        self.body = nn.Linear(4, size)
        self.rnn = nn.LSTMCell(size, size)
        self.pi, self.v = nn.Linear(size, 3), nn.Linear(size, 1)

    def forward(self, obs, hc):
        hc = self.rnn(torch.tanh(self.body(obs)), hc)
        return torch.distributions.Categorical(logits=self.pi(hc[0])), self.v(hc[0]).squeeze(-1), hc


class FerryA2C(L.LightningModule):
    def __init__(self, n=64, span=32, gamma=0.98):
        super().__init__()
        self.helm = Helm()
        self.n, self.span, self.gamma = n, span, gamma
        self.fleet = Crossing(n)
        self.wake = (torch.zeros(n, 64), torch.zeros(n, 64))

    def training_step(self, batch, batch_idx):
        hc = tuple(s.detach() for s in self.wake)
        logp, val, rew, over_l, ent = [], [], [], [], []
        for _ in range(self.span):
            d, v, hc = self.helm(self.fleet.look(), hc)
            a = d.sample()
            r, over, _ = self.fleet.step(a)
            alive = (~over).float().unsqueeze(1)
            hc = (hc[0] * alive, hc[1] * alive)
            for box, x in zip((logp, val, rew, over_l, ent), (d.log_prob(a), v, r, over.float(), d.entropy())):
                box.append(x)
        self.wake = hc
        with torch.no_grad():
            ret = self.helm(self.fleet.look(), hc)[1]
        loss = 0.0
        for t in reversed(range(self.span)):
            ret = rew[t] + self.gamma * (1 - over_l[t]) * ret
            adv = ret - val[t]
            loss = loss - (logp[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent[t].mean()
        loss = loss / self.span
        self.log("loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        fleet = Crossing(256)
        hc = (torch.zeros(256, 64), torch.zeros(256, 64))
        docked = torch.zeros(256)
        for _ in range(fleet.limit):
            d, _, hc = self.helm(fleet.look(), hc)
            _, over, ok = fleet.step(d.probs.argmax(1))
            alive = (~over).float().unsqueeze(1)
            hc = (hc[0] * alive, hc[1] * alive)
            docked += ok.float()
        self.log("docked_per_ferry", docked.mean(), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), 7e-4)


if __name__ == "__main__":
    L.seed_everything(int(100 * math.pi))
    loader = DataLoader(TensorDataset(torch.zeros(200)), batch_size=1)
    check = DataLoader(TensorDataset(torch.zeros(2)), batch_size=1)
    trainer = L.Trainer(max_epochs=60, accelerator="cpu", gradient_clip_val=0.5, callbacks=[ShadowWeights()])
    trainer.fit(FerryA2C(), loader, check)
