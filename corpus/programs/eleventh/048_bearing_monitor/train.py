import argparse
from pathlib import Path

import numpy as np
import torch

from model import BearingLSTM


def load(folder: Path) -> torch.Tensor:
    """Files bearing_*.npy with (time, features) each, cut to the same length."""
    runs = [np.load(f).astype(np.float32) for f in sorted(folder.glob("bearing_*.npy"))]
    n = min(len(r) for r in runs)
    return torch.from_numpy(np.stack([r[:n] for r in runs], axis=1))


def train(data: torch.Tensor, epochs: int, window: int) -> BearingLSTM:
    net = BearingLSTM(data.shape[1], data.shape[2])
    net.fit_scaler(data)
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
    for epoch in range(epochs):
        net.restart(data.shape[1])
        losses = []
        for start in range(0, len(data) - window, window):
            pred, loss = None, 0.0
            for x in data[start:start + window]:
                new, z = net(x)
                if pred is not None:
                    loss = loss + (pred - z).pow(2).mean()
                pred = new
            opt.zero_grad()
            loss.backward()
            opt.step()
            net.cut_graph()
            losses.append(loss.item() / (window - 1))
        print(f"epoch {epoch:3d}  {np.mean(losses):.5f}")
    return net


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--epochs", type=int, default=30)
    ap.add_argument("--window", type=int, default=50)
    ap.add_argument("--out", type=Path, default=Path("bearing.pt"))
    a = ap.parse_args()
    torch.save(train(load(a.folder), a.epochs, a.window).state_dict(), a.out)
