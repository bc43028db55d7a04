"""Swarm warning from hive microphones: trains on labelled recordings, then listens."""
import argparse
import random
from pathlib import Path
from typing import Iterator, List, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class HumNet(nn.Module):
    brood: Tensor

    def __init__(self, bands: int = 32, units: int = 64) -> None:
        super().__init__()
        self.squash = nn.Sequential(nn.LayerNorm(bands), nn.Linear(bands, units), nn.GELU())
        self.cell = nn.LSTMCell(units, units)
        self.alert = nn.Linear(units, 1)
        self.register_buffer("brood", torch.zeros(2, 1, units), persistent=False)

    def quiet(self) -> None:
        self.brood = torch.zeros_like(self.brood)

    def forward(self, spectrum: Tensor) -> Tensor:
        a, b = self.cell(self.squash(spectrum), (self.brood[0], self.brood[1]))
        self.brood = torch.stack([a, b])
        return self.alert(a).squeeze(-1)


def recordings(folder: Path) -> List[Tuple[Tensor, Tensor]]:
    out = []
    for path in sorted(folder.glob("*.npz")):
        z = np.load(path)
        out.append((torch.from_numpy(z["spectra"]).float(), torch.from_numpy(z["swarming"]).float()))
    return out


def fit(net: HumNet, data: List[Tuple[Tensor, Tensor]], epochs: int, lr: float, chunk: int) -> None:
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for epoch in range(epochs):
        random.shuffle(data)
        total = 0.0
        for spectra, label in data:
            net.quiet()
            for start in range(0, len(spectra), chunk):
                logits = torch.cat([net(s[None]) for s in spectra[start:start + chunk]])
                loss = F.binary_cross_entropy_with_logits(logits, label[start:start + chunk])
                opt.zero_grad()
                loss.backward()
                opt.step()
                net.brood = net.brood.detach()
                total += loss.item()
        print(f"epoch {epoch}: {total / len(data):.4f}")


def microphone(path: Path, bands: int) -> Iterator[Tensor]:
    with path.open("rb") as pipe:
        while True:
            raw = pipe.read(4 * bands)
            if len(raw) < 4 * bands:
                return
            yield torch.from_numpy(np.frombuffer(raw, dtype=np.float32).copy())


def listen(net: HumNet, source: Path, bands: int, threshold: float) -> None:
    net.eval()
    net.quiet()
    smooth = 0.0
    with torch.no_grad():
        for n, spectrum in enumerate(microphone(source, bands)):
            p = torch.sigmoid(net(spectrum[None])).item()
            smooth = 0.95 * smooth + 0.05 * p
            if smooth > threshold:
                print(f"frame {n}: swarm likely ({smooth:.2f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers(dest="mode", required=True)
    t = sub.add_parser("fit")
    t.add_argument("folder", type=Path)
    t.add_argument("--epochs", type=int, default=20)
    t.add_argument("--lr", type=float, default=3e-4)
    t.add_argument("--chunk", type=int, default=64)
    u = sub.add_parser("listen")
    u.add_argument("fifo", type=Path)
    u.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--bands", type=int, default=32)
    parser.add_argument("--weights", type=Path, default=Path("hum.pt"))
    args = parser.parse_args()

    net = HumNet(args.bands)
    if args.mode == "fit":
        fit(net, recordings(args.folder), args.epochs, args.lr, args.chunk)
        torch.save(net.state_dict(), args.weights)
    else:
        net.load_state_dict(torch.load(args.weights, map_location="cpu"))
        listen(net, args.fifo, args.bands, args.threshold)


if __name__ == "__main__":
    main()
