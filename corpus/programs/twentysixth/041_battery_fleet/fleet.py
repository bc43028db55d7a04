from __future__ import annotations

import math
import random
from dataclasses import dataclass

from torch import Tensor

from site_feeds import NordicFeed, SolarFeed
from storage_site import Site


@dataclass(frozen=True)
class FleetConfig:
    rounds: int = 40
    days_per_round: int = 60
    sites_per_round: int = 4


def weighted_average(sites: list[Site], weights: list[float]) -> dict[str, Tensor]:
    total = sum(weights)
    out: dict[str, Tensor] = {}
    for site, w in zip(sites, weights):
        for name, p in site.policy.named_parameters():
            term = p.detach() * (w / total)
            out[name] = out[name] + term if name in out else term
    return out


def run(cfg: FleetConfig) -> None:
    sites = [Site(f"north-{i}", NordicFeed(i)) for i in range(4)]
    sites += [Site(f"solar-{i}", SolarFeed(i)) for i in range(4)]
    for r in range(cfg.rounds):
        chosen = random.sample(sites, cfg.sites_per_round)
        profits = [s.local_training(cfg.days_per_round) for s in chosen]
        average = weighted_average(chosen, [math.exp(p / 100) for p in profits])
        for s in sites:
            s.receive(average)
        print(f"round {r:3d}: profit per day {sum(profits) / len(profits):.1f}")


if __name__ == "__main__":
    run(FleetConfig())
