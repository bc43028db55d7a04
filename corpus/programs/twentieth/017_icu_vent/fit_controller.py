from __future__ import annotations

import copy
import logging
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from patient import Patients, wanted

logger = logging.getLogger("fit")


@dataclass(frozen=True)
class FitConfig:
    hidden: int = 48
    batch: int = 64
    horizon: int = 300
    epochs: int = 4000
    lr: float = 2e-3
    check_every: int = 50
    tolerance: float = 1.3
    out: str = "controller.pt"


class Controller(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.cell = nn.GRUCell(4, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor]:
        h = self.cell(x, h)
        return 40.0 * torch.sigmoid(self.out(h)), h


def simulate(controller: Controller, patients: Patients, horizon: int) -> Tensor:
    n = patients.elastance.shape[0]
    h = None
    volume = torch.zeros(n, 1)
    airway = torch.full((n, 1), 5.0)
    flow = torch.zeros(n, 1)
    cost = torch.zeros(())
    for t in range(horizon):
        aim = wanted(t)
        x = torch.cat([airway / 20, flow, volume, torch.full_like(volume, aim / 20)], dim=1)
        drive, h = controller(x, h)
        airway = airway + 0.3 * (drive - airway)
        volume, flow = patients.advance(volume, airway, t)
        over = (airway - 30.0).clamp(min=0)
        cost = cost + (airway - aim).abs().mean() + 5 * over.mean()
    return cost / horizon


@torch.no_grad()
def check(controller: Controller, horizon: int) -> float:
    generator = torch.Generator().manual_seed(99)
    return simulate(controller, Patients.draw(256, generator), 2 * horizon).item()


def fit(cfg: FitConfig) -> Controller:
    controller = Controller(cfg.hidden)
    optimizer = torch.optim.Adam(controller.parameters(), lr=cfg.lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, cfg.epochs)
    best_cost = float("inf")
    best = copy.deepcopy(controller.state_dict())

    for epoch in range(cfg.epochs):
        cost = simulate(controller, Patients.draw(cfg.batch), cfg.horizon)
        optimizer.zero_grad()
        cost.backward()
        nn.utils.clip_grad_norm_(controller.parameters(), 1.0)
        optimizer.step()
        schedule.step()

        if (epoch + 1) % cfg.check_every:
            continue
        now = check(controller, cfg.horizon)
        if now < best_cost:
            best_cost = now
            best = copy.deepcopy(controller.state_dict())
            logger.info("epoch %d: error %.3f cmH2O, kept", epoch + 1, now)
        elif now > cfg.tolerance * best_cost:
            logger.info("epoch %d: error %.3f cmH2O, back to %.3f", epoch + 1, now, best_cost)
            controller.load_state_dict(best)
            optimizer.state.clear()

    controller.load_state_dict(best)
    return controller


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cfg = FitConfig()
    controller = fit(cfg)
    logger.info("final error %.3f cmH2O", check(controller, cfg.horizon))
    torch.save({"hidden": cfg.hidden, "weights": controller.state_dict()}, cfg.out)


if __name__ == "__main__":
    main()
