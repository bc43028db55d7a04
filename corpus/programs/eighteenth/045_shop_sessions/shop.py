from __future__ import annotations

import queue
import random
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.multiprocessing as mp
from torch import Tensor, nn


@dataclass(frozen=True)
class Settings:
    products: int = 300
    workers: int = 4
    lr: float = 1e-3
    sessions_per_step: int = 64
    broadcast_every: int = 5
    steps: int = 4000


class Session(NamedTuple):
    shown: Tensor
    bought: Tensor


class Recommender(nn.Module):
    def __init__(self, products: int, dim: int = 48) -> None:
        super().__init__()
        self.table = nn.Embedding(products + 1, dim, padding_idx=products)
        self.lstm = nn.LSTM(dim + 1, dim, batch_first=True)
        self.out = nn.Linear(dim, products)

    def forward(self, items: Tensor, feedback: Tensor, hc=None):
        x = torch.cat([self.table(items), feedback.unsqueeze(-1)], -1)
        y, hc = self.lstm(x, hc)
        return self.out(y), hc


class Shopper:
    def __init__(self, products: int, rng: random.Random) -> None:
        self.taste = {rng.randrange(products // 20) for _ in range(3)}
        self.rng = rng
        self.left = rng.randint(8, 25)

    def look(self, product: int) -> float:
        self.left -= 1
        return float(self.rng.random() < (0.6 if product // 20 in self.taste else 0.03))


def one_session(model: Recommender, cfg: Settings, rng: random.Random) -> Session:
    shopper = Shopper(cfg.products, rng)
    item, fb, hc = cfg.products, 0.0, None
    shown, bought = [], []
    while shopper.left > 0:
        with torch.no_grad():
            logits, hc = model(torch.tensor([[item]]), torch.tensor([[fb]]), hc)
        item = int(torch.distributions.Categorical(logits=logits[0, -1]).sample())
        fb = shopper.look(item)
        shown.append(item)
        bought.append(fb)
    return Session(torch.tensor(shown), torch.tensor(bought))


def serve(rank: int, cfg: Settings, inbox: mp.Queue, out: mp.Queue) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(100 + rank)
    rng = random.Random(rank)
    model = Recommender(cfg.products)
    model.load_state_dict(inbox.get())
    while True:
        try:
            model.load_state_dict(inbox.get_nowait())
        except queue.Empty:
            pass
        out.put(one_session(model, cfg, rng))


def train_step(model: Recommender, opt: torch.optim.Optimizer, sessions: list[Session], cfg: Settings) -> float:
    n, length = len(sessions), max(len(s.shown) for s in sessions)
    items = torch.full((n, length + 1), cfg.products)
    fb, mask = torch.zeros(n, length + 1), torch.zeros(n, length)
    for i, s in enumerate(sessions):
        k = len(s.shown)
        items[i, 1:k + 1], fb[i, 1:k + 1], mask[i, :k] = s.shown, s.bought, 1.0
    logits, _ = model(items[:, :-1], fb[:, :-1])
    target = items[:, 1:].clamp(max=cfg.products - 1)
    logp = logits.log_softmax(-1).gather(2, target.unsqueeze(-1)).squeeze(-1)
    gain = fb[:, 1:].flip(1).cumsum(1).flip(1)
    gain = (gain - (gain * mask).sum(0) / mask.sum(0).clamp(min=1)) * mask
    loss = -(logp * gain).sum() / mask.sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return float(fb.sum() / mask.sum())


def main(cfg: Settings = Settings()) -> None:
    ctx = mp.get_context("spawn")
    out = ctx.Queue(maxsize=256)
    inboxes = [ctx.Queue(maxsize=1) for _ in range(cfg.workers)]
    model = Recommender(cfg.products)
    opt = torch.optim.Adam(model.parameters(), cfg.lr)

    def broadcast() -> None:
        weights = {k: v.clone() for k, v in model.state_dict().items()}
        for box in inboxes:
            try:
                box.put_nowait(weights)
            except queue.Full:
                pass

    broadcast()
    for r, box in enumerate(inboxes):
        ctx.Process(target=serve, args=(r, cfg, box, out), daemon=True).start()
    for step in range(cfg.steps):
        rate = train_step(model, opt, [out.get() for _ in range(cfg.sessions_per_step)], cfg)
        if step % cfg.broadcast_every == 0:
            broadcast()
        if step % 50 == 0:
            print(f"{step:5d} purchases per view {rate:.3f}")
    torch.save(model.state_dict(), "shop.pt")


if __name__ == "__main__":
    main()
