# gate occupancy forecasts, terminals keep their data, only weights travel
import copy
import numpy as np
import torch
from torch import nn

ROUNDS, LOCAL_STEPS, WINDOW, AHEAD = 80, 60, 48, 6


class Forecaster(nn.Module):
    def __init__(self, gates):
        super().__init__()
        self.lstm = nn.LSTM(gates + 2, 64, num_layers=2, batch_first=True)
        self.fc = nn.Linear(64, gates * AHEAD)
        self.gates = gates

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1]).view(-1, AHEAD, self.gates)


def make_terminal(seed, gates=8, days=60):
    rng = np.random.default_rng(seed)
    t = np.arange(days * 144)
    daily = 0.5 + 0.4 * np.sin(2 * np.pi * (t / 144 - 0.3))
    occ = np.zeros((len(t), gates), np.float32)
    until = np.zeros(gates)
    for i in t:
        for g in range(gates):
            if i >= until[g] and rng.random() < 0.2 * daily[i]:
                until[g] = i + rng.integers(4, 12)
            occ[i, g] = i < until[g]
    clock = np.stack([np.sin(2 * np.pi * t / 144), np.cos(2 * np.pi * t / 144)], 1).astype(np.float32)
    return torch.from_numpy(np.concatenate([occ, clock], 1))


def batch(data, n, lo, hi, gates=8):
    idx = np.random.randint(lo, hi - WINDOW - AHEAD, n)
    x = torch.stack([data[i:i + WINDOW] for i in idx])
    y = torch.stack([data[i + WINDOW:i + WINDOW + AHEAD, :gates] for i in idx])
    return x, y


def local_train(model, data, lr):
    opt = torch.optim.Adam(model.parameters(), lr)
    for _ in range(LOCAL_STEPS):
        x, y = batch(data, 32, 0, int(len(data) * 0.8))
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()


def test(model, terminals):
    with torch.no_grad():
        hits = []
        for d in terminals:
            x, y = batch(d, 256, int(len(d) * 0.8), len(d))
            hits.append(((model(x) > 0) == (y > 0.5)).float().mean().item())
    return sum(hits) / len(hits)


def average(models):
    sds = [m.state_dict() for m in models]
    return {k: torch.stack([sd[k] for sd in sds]).mean(0) for k in sds[0]}


terminals = [make_terminal(s) for s in range(5)]
glob = Forecaster(8)
locs = [Forecaster(8) for _ in terminals]
best_acc, best_sd, lr, fails = 0.0, copy.deepcopy(glob.state_dict()), 2e-3, 0
for r in range(ROUNDS):
    for m, d in zip(locs, terminals):
        m.load_state_dict(glob.state_dict())
        local_train(m, d, lr)
    glob.load_state_dict(average(locs))
    acc = test(glob, terminals)
    print(f"{r:3d} acc {acc:.4f} best {best_acc:.4f} lr {lr:.1e}")
    if acc > best_acc:
        best_acc, best_sd, fails = acc, copy.deepcopy(glob.state_dict()), 0
    else:
        fails += 1
        if fails == 6:
            glob.load_state_dict(best_sd)
            lr, fails = lr / 2, 0
torch.save(best_sd, "gates.pt")
