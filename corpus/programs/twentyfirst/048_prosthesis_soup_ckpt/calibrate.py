from __future__ import annotations

import heapq
import itertools
import sys
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from model import GripNet


@dataclass
class SnapshotPool:
    size: int = 5
    heap: list = field(default_factory=list)
    ids: itertools.count = field(default_factory=itertools.count)

    def push(self, accuracy: float, net: nn.Module) -> None:
        snap = {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}
        item = (accuracy, next(self.ids), snap)
        if len(self.heap) < self.size:
            heapq.heappush(self.heap, item)
        else:
            heapq.heappushpop(self.heap, item)

    def greedy_soup(self, net: nn.Module, score) -> float:
        """Add snapshots from best to worst as long as the accuracy does not fall."""
        ranked = sorted(self.heap, reverse=True)
        chosen: list[dict[str, Tensor]] = []
        best = -1.0
        for acc, _, snap in ranked:
            trial = chosen + [snap]
            net.load_state_dict(mean_of(trial))
            got = score(net)
            if got >= best:
                chosen, best = trial, got
        net.load_state_dict(mean_of(chosen))
        return best


def mean_of(snaps: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {k: torch.stack([s[k] for s in snaps]).mean(0) for k in snaps[0]}


def sessions(file: str) -> tuple[Tensor, Tensor]:
    z = np.load(file)
    return torch.from_numpy(z["frames"]).float(), torch.from_numpy(z["grip"]).long()


def accuracy(x: Tensor, y: Tensor):
    @torch.no_grad()
    def score(net: nn.Module) -> float:
        net.eval()
        logits, _ = net(x)
        net.train()
        return (logits.argmax(-1) == y).float().mean().item()
    return score


def calibrate(train_file: str, val_file: str, out: str, steps: int = 4000) -> None:
    x, y = sessions(train_file)         # (N, T, 16), (N, T)
    score = accuracy(*sessions(val_file))
    net = GripNet()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    pool = SnapshotPool()
    for step in range(1, steps + 1):
        idx = torch.randint(len(x), (32,))
        logits, _ = net(x[idx] + 0.05 * torch.randn_like(x[idx]))
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), y[idx].flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % 100 == 0:
            acc = score(net)
            pool.push(acc, net)
            print(f"{step:5d} loss {loss.item():.3f} acc {acc:.3f}")
    print("soup", pool.greedy_soup(net, score))
    torch.save(net.state_dict(), out)


if __name__ == "__main__":
    calibrate(*sys.argv[1:4])
