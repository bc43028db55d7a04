"""Fit the finger decoder for one user; the final decoder is the average of
the best few epochs.

    python fit_user.py data/u07_train.npz data/u07_val.npz u07.pt
"""
import argparse

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from decoder import FingerDecoder
from emg import EmgWindows


class TopK:
    def __init__(self, k):
        self.k = k
        self.entries = []

    def offer(self, loss, epoch, net):
        if len(self.entries) < self.k or loss < self.entries[-1][0]:
            self.entries.append((loss, epoch, net.state_dict()))
            self.entries.sort(key=lambda e: e[0])
            del self.entries[self.k:]

    def average(self):
        weights = [w for _, _, w in self.entries]
        return {name: sum(w[name] for w in weights) / len(weights) for name in weights[0]}


@torch.no_grad()
def validate(net, loader, device):
    net.eval()
    losses = [F.mse_loss(net(x.to(device)), y.to(device)).item() for x, y in loader]
    net.train()
    return sum(losses) / len(losses)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("train")
    ap.add_argument("val")
    ap.add_argument("out")
    ap.add_argument("--epochs", type=int, default=60)
    ap.add_argument("--keep", type=int, default=4)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    train = DataLoader(EmgWindows(args.train), batch_size=64, shuffle=True, drop_last=True)
    val = DataLoader(EmgWindows(args.val), batch_size=128)
    net = FingerDecoder().to(device)
    opt = torch.optim.AdamW(net.parameters(), lr=args.lr)
    top = TopK(args.keep)

    for epoch in range(args.epochs):
        for x, y in train:
            loss = F.mse_loss(net(x.to(device)), y.to(device))
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        v = validate(net, val, device)
        top.offer(v, epoch, net)
        print(f"epoch {epoch:3d} val {v:.5f}")

    net.load_state_dict(top.average())
    print("epochs", [e for _, e, _ in top.entries], "soup val %.5f" % validate(net, val, device))
    torch.save(net.state_dict(), args.out)


if __name__ == "__main__":
    main()
