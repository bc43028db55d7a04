from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from typing import Optional

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from averaging import Averaged
from pond import FishPond


@dataclass
class Cfg:
    steps: int = 200_000
    window: int = 40
    burn: int = 10
    batch: int = 32
    gamma: float = 0.98
    lr: float = 4e-4
    sync: int = 1000
    check: int = 720
    seed: int = 0


class PondNet(nn.Module):
    def __init__(self, n_in: int = 4, n_act: int = 6, hid: int = 64) -> None:
        super().__init__()
        self.inp = nn.Linear(n_in, hid)
        self.gru = nn.GRU(hid, hid, batch_first=True)
        self.q = nn.Linear(hid, n_act)

    def forward(self, x: Tensor, h: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
        y, h = self.gru(F.silu(self.inp(x)), h)
        return self.q(y), h


def month(net: PondNet, seed: int) -> float:
    env, h, total = FishPond(seed), None, 0.0
    x, over = env.reset(), False
    while not over:
        with torch.no_grad():
            q, h = net(torch.from_numpy(x).view(1, 1, -1), h)
        x, r, dead, late = env.step(int(q.argmax()))
        over = dead or late
        total += r
    return total


def update(net: PondNet, target: PondNet, opt, store: deque, cfg: Cfg) -> float:
    xs, as_, rs, ds = (torch.as_tensor(np.stack(c)) for c in zip(*random.sample(store, cfg.batch)))
    with torch.no_grad():
        _, h = net(xs[:, : cfg.burn])
        _, ht = target(xs[:, : cfg.burn])
        nq, _ = target(xs[:, cfg.burn:], ht)
    q, _ = net(xs[:, cfg.burn:], h)
    a, r, d = as_[:, cfg.burn:], rs[:, cfg.burn:], ds[:, cfg.burn:]
    y = r[:, :-1] + cfg.gamma * (1 - d[:, :-1]) * nq[:, 1:].amax(-1)
    loss = F.smooth_l1_loss(q[:, :-1].gather(-1, a[:, :-1, None]).squeeze(-1), y)
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    opt.step()
    return loss.item()


def main(cfg: Cfg = Cfg()) -> None:
    random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)
    net, target = PondNet(), PondNet()
    target.load_state_dict(net.state_dict())
    opt, avg = torch.optim.Adam(net.parameters(), cfg.lr), Averaged(net)
    store: deque = deque(maxlen=20_000)
    env = FishPond(cfg.seed + 1)
    x, h, run = env.reset(), None, []
    for step in range(1, cfg.steps + 1):
        with torch.no_grad():
            q, h = net(torch.from_numpy(x).view(1, 1, -1), h)
        a = int(q.argmax()) if random.random() > max(0.05, 1 - step / 50_000) else random.randrange(6)
        nx, r, dead, late = env.step(a)
        run.append((x, a, np.float32(r), np.float32(dead)))
        x = nx
        if len(run) == cfg.window or dead or late:
            if len(run) == cfg.window:
                store.append(tuple(np.stack(c) for c in zip(*run)))
            run = []
        if dead or late:
            x, h = env.reset(), None
        if len(store) > 100 and step % 4 == 0:
            update(net, target, opt, store, cfg)
            avg.follow(net)
        if step % cfg.sync == 0:
            target.load_state_dict(net.state_dict())
        if step % cfg.check == 0:
            with avg.lent_to(net) as smooth:
                score = np.mean([month(smooth, 5000 + k) for k in range(3)])
            print(f"{step:7d} averaged weights: {score:.2f}")
    with avg.lent_to(net):
        torch.save(net.state_dict(), "pond_avg.pt")


if __name__ == "__main__":
    main()
