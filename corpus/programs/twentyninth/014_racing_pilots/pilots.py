import torch
import torch.nn as nn
import torch.nn.functional as F


class Leaky(nn.Module):
    """GRU layer that carries its own activity between calls."""

    def __init__(self, n_in, n_out, n_cells, lanes):
        super().__init__()
        self.gru = nn.GRUCell(n_in, n_cells)
        self.read = nn.Linear(n_cells, n_out)
        self.register_buffer("activity", torch.zeros(lanes, n_cells), persistent=False)

    def forward(self, x):
        self.activity = self.gru(x, self.activity)
        return self.read(self.activity)

    def cut(self):
        self.activity = self.activity.detach()

    def drop(self, rows):
        self.activity = self.activity * (1.0 - rows.float()).unsqueeze(1)

    def forget(self):
        self.activity = torch.zeros_like(self.activity)


class Gates:
    """Fly through a row of gates; wind and gate spacing differ from lap to lap."""

    def __init__(self, lanes):
        self.lanes = lanes
        self.y = torch.zeros(lanes)
        self.vy = torch.zeros(lanes)
        self.to_gate = torch.zeros(lanes)
        self.gate_y = torch.zeros(lanes)
        self.wind = torch.zeros(lanes)
        self.passed = torch.zeros(lanes)

    def start(self):
        self._lap(torch.ones(self.lanes, dtype=torch.bool))
        return self.look()

    def _lap(self, m):
        n = int(m.sum())
        self.y[m], self.vy[m], self.passed[m] = 0.0, 0.0, 0.0
        self.wind[m] = 0.6 * torch.randn(n)
        self.to_gate[m] = 20.0
        self.gate_y[m] = torch.randn(n)

    def look(self):
        return torch.stack([self.y, self.gate_y - self.y, self.to_gate / 20], 1)

    def fly(self, a):
        self.vy = 0.95 * self.vy + 0.05 * (a.float() - 1.0) * 4 + 0.02 * self.wind
        self.y = self.y + 0.1 * self.vy
        self.to_gate = self.to_gate - 1
        at = self.to_gate <= 0
        hit = at & ((self.y - self.gate_y).abs() > 0.4)
        through = at & ~hit
        self.passed = self.passed + through.float()
        self.to_gate = torch.where(through, torch.randint(10, 25, (self.lanes,)).float(), self.to_gate)
        self.gate_y = torch.where(through, self.y + torch.randn(self.lanes), self.gate_y)
        over = hit | (self.passed >= 12)
        reward = through.float() - hit.float()
        if over.any():
            self._lap(over)
        return self.look(), reward, over


class Pilot:
    def __init__(self, name, lanes, lr):
        self.name, self.lr = name, lr
        self.gates = Gates(lanes)
        self.stick = Leaky(3, 3, 48, lanes)
        self.judge = Leaky(3, 1, 48, lanes)
        self.rating = None
        self.seen = self.gates.start()
        self.fit()

    @property
    def parts(self):
        return (self.stick, self.judge)

    def fit(self):
        self.opt = torch.optim.Adam([p for m in self.parts for p in m.parameters()], lr=self.lr)

    def learn(self, horizon=30, gamma=0.98):
        for m in self.parts:
            m.cut()
        rec = []
        for _ in range(horizon):
            logits, v = self.stick(self.seen), self.judge(self.seen).squeeze(1)
            a = torch.distributions.Categorical(logits=logits).sample()
            self.seen, r, over = self.gates.fly(a)
            for m in self.parts:
                m.drop(over)
            rec.append((F.cross_entropy(logits, a, reduction="none"), v, r, over))
        with torch.no_grad():
            held = self.judge.activity
            g = self.judge(self.seen).squeeze(1)
            self.judge.activity = held
        loss = 0.0
        for nll, v, r, over in reversed(rec):
            g = r + gamma * g * (~over).float()
            loss = loss + ((g - v).detach() * nll + 0.5 * (g - v) ** 2).mean() / horizon
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        got = torch.stack([x[2] for x in rec]).sum(0).mean().item()
        self.rating = got if self.rating is None else 0.9 * self.rating + 0.1 * got

    def imitate(self, other, factor):
        for mine, theirs in zip(self.parts, other.parts):
            mine.load_state_dict(theirs.state_dict())
            mine.forget()
        self.lr = other.lr * factor
        self.rating = other.rating
        self.fit()
