from __future__ import annotations

import copy
import queue
import threading
from typing import NamedTuple

import torch
from torch.distributions import Categorical

from die import StdCellRow
from nets import RowPlanner


class Episode(NamedTuple):
    x: torch.Tensor
    a: torch.Tensor
    r: torch.Tensor
    logp: torch.Tensor


class Bulletin:
    """The newest weights, pinned to a board."""

    def __init__(self, net: RowPlanner) -> None:
        self._lock = threading.Lock()
        self.post(net)

    def post(self, net: RowPlanner) -> None:
        fresh = copy.deepcopy(net.state_dict())
        with self._lock:
            self._sheet = fresh

    def read(self):
        with self._lock:
            return self._sheet


class Actor(threading.Thread):
    def __init__(self, seed: int, board: Bulletin, out: queue.Queue, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.die, self.board, self.out, self.stop_flag = StdCellRow(seed), board, out, stop
        self.net = RowPlanner()
        self.plan: torch.Tensor | None = None

    def run(self) -> None:
        while not self.stop_flag.is_set():
            self.net.load_state_dict(self.board.read())
            self.out.put(self._lay_out())

    @torch.no_grad()
    def _lay_out(self) -> Episode:
        cell, end, rec = self.die.begin(), False, []
        self.plan = None
        while not end:
            x = torch.tensor(cell)
            logits, _, self.plan = self.net(x.view(1, 1, -1), self.plan)
            d = Categorical(logits=logits[0, 0])
            a = d.sample()
            cell, r, end = self.die.put(int(a))
            rec.append((x, a, torch.tensor(r), d.log_prob(a)))
        return Episode(*(torch.stack(c) for c in zip(*rec)))


def update(net, opt, batch: list[Episode], epochs=3, clip=0.2):
    x, a, old = (torch.stack([getattr(e, f) for e in batch]) for f in ("x", "a", "logp"))
    ret = torch.stack([e.r.flip(0).cumsum(0).flip(0) for e in batch])
    for _ in range(epochs):
        logits, v, _ = net(x)
        d = Categorical(logits=logits)
        adv = (ret - v).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        ratio = (d.log_prob(a) - old).exp()
        loss = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
        loss = loss + 0.5 * (ret - v).pow(2).mean() - 0.01 * d.entropy().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return ret[:, 0].mean().item()


def main(n_actors: int = 4, updates: int = 3000) -> None:
    net = RowPlanner()
    opt = torch.optim.Adam(net.parameters(), 7e-4)
    board, out, stop = Bulletin(net), queue.Queue(maxsize=64), threading.Event()
    for s in range(n_actors):
        Actor(s, board, out, stop).start()
    for u in range(updates):
        score = update(net, opt, [out.get() for _ in range(16)])
        board.post(net)
        if u % 50 == 0:
            print(u, f"{score:.3f}")
    stop.set()
    torch.save(net.state_dict(), "row_planner.pt")


if __name__ == "__main__":
    main()
