"""Behaviour cloning of harbour pilots: a GRU learns rudder and engine orders from recorded approaches."""
from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

log = logging.getLogger("cloning")


@dataclass
class CloneConfig:
    data: Path = Path("approaches")
    epochs: int = 200
    patience: int = 15
    batch: int = 8
    hidden: int = 96
    lr: float = 1e-3
    weight_decay: float = 1e-4


class PilotGRU(nn.Module):
    def __init__(self, n_in: int, hidden: int):
        super().__init__()
        self.pre = nn.Sequential(nn.Linear(n_in, hidden), nn.ELU())
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.orders = nn.Linear(hidden, 2)

    def forward(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, h = self.gru(self.pre(x), h)
        return torch.tanh(self.orders(y)), h


def load_approaches(folder: Path) -> list[tuple[Tensor, Tensor]]:
    approaches = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as z:
            approaches.append((torch.from_numpy(z["state"]).float(), torch.from_numpy(z["orders"]).float()))
    return approaches


def masked_error(net: PilotGRU, group: list[tuple[Tensor, Tensor]]) -> Tensor:
    x = pad_sequence([s for s, _ in group], batch_first=True)
    y = pad_sequence([o for _, o in group], batch_first=True)
    mask = torch.zeros(y.shape[:2])
    for i, (s, _) in enumerate(group):
        mask[i, : len(s)] = 1.0
    out, _ = net(x)
    return ((out - y).pow(2).sum(-1) * mask).sum() / mask.sum()


class BestKeeper:
    def __init__(self, patience: int):
        self.patience = patience
        self.loss = float("inf")
        self.weights: dict[str, Tensor] = {}
        self.waited = 0

    def update(self, loss: float, net: nn.Module) -> bool:
        """Returns True when it is time to stop."""
        if loss < self.loss:
            self.loss, self.waited = loss, 0
            self.weights = {name: t.detach().cpu().clone() for name, t in net.state_dict().items()}
        else:
            self.waited += 1
        return self.waited >= self.patience


def train(net: PilotGRU, train_set, valid_set, cfg: CloneConfig) -> None:
    opt = torch.optim.AdamW(net.parameters(), lr=cfg.lr, weight_decay=cfg.weight_decay)
    keeper = BestKeeper(cfg.patience)
    for epoch in range(cfg.epochs):
        net.train()
        for idx in torch.randperm(len(train_set)).split(cfg.batch):
            loss = masked_error(net, [train_set[i] for i in idx.tolist()])
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        net.eval()
        with torch.no_grad():
            valid = masked_error(net, valid_set).item()
        log.info("epoch %d valid %.4f", epoch, valid)
        if keeper.update(valid, net):
            log.info("no progress for %d epochs", cfg.patience)
            break
    net.load_state_dict(keeper.weights)
    log.info("best valid %.4f", keeper.loss)


@torch.no_grad()
def step_through(net: PilotGRU, approach: tuple[Tensor, Tensor]) -> float:
    """Order by order, as on the bridge."""
    states, orders = approach
    h, errors = None, []
    for s, o in zip(states, orders):
        out, h = net(s.view(1, 1, -1), h)
        errors.append((out[0, 0] - o).abs().mean().item())
    return float(np.mean(errors))


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    cfg = CloneConfig()
    data = load_approaches(cfg.data)
    n = max(1, len(data) // 6)
    test_set, valid_set, train_set = data[:n], data[n:2 * n], data[2 * n:]
    net = PilotGRU(data[0][0].shape[1], cfg.hidden)
    train(net, train_set, valid_set, cfg)
    print("test error", np.mean([step_through(net, a) for a in test_set]))
    torch.save(net.state_dict(), "pilot.pt")


if __name__ == "__main__":
    main()
