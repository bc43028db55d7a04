import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

FEATURES = ["cadence", "speed", "slope", "current"]


class RideWindows(Dataset):
    def __init__(self, rides, window=200, hop=50):
        self.items = []
        for ride in rides:
            x = np.stack([ride[f] for f in FEATURES], axis=1).astype(np.float32)
            y = ride["torque"].astype(np.float32)
            for s in range(0, len(y) - window, hop):
                self.items.append((x[s:s + window], y[s:s + window]))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class TorqueNet(nn.Module):
    """Estimates the rider's pedal torque from what the bike can measure."""

    def __init__(self, hidden=32):
        super().__init__()
        self.register_buffer("mu", torch.zeros(len(FEATURES)))
        self.register_buffer("sd", torch.ones(len(FEATURES)))
        self.gru = nn.GRU(len(FEATURES), hidden, batch_first=True)
        self.lin = nn.Linear(hidden, 1)

    def forward(self, x, h=None):
        y, h = self.gru((x - self.mu) / self.sd, h)
        return self.lin(y).squeeze(-1), h


def train(rides, epochs=30, lr=2e-3):
    data = RideWindows(rides)
    loader = DataLoader(data, batch_size=64, shuffle=True)
    net = TorqueNet()
    everything = torch.from_numpy(np.concatenate([x for x, _ in data.items]))
    net.mu.copy_(everything.mean(0))
    net.sd.copy_(everything.std(0) + 1e-6)
    opt = torch.optim.AdamW(net.parameters(), lr=lr)
    for epoch in range(epochs):
        losses = []
        for x, y in loader:
            pred, _ = net(x)
            loss = nn.functional.mse_loss(pred[:, 20:], y[:, 20:])
            opt.zero_grad()
            loss.backward()
            opt.step()
            losses.append(loss.item())
        print(f"epoch {epoch}: rmse {np.sqrt(np.mean(losses)):.2f} Nm")
    return net
