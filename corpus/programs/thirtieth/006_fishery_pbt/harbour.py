import random
from typing import List

import torch

from skipper import QuotaNet, Skipper, blank_log, launch, voyage

BOATS = 64
WEEKS = 26


def adopt(net: QuotaNet, pupil: Skipper, teacher: Skipper, rng: random.Random) -> Skipper:
    return pupil._replace(
        theta={k: p.detach().clone().requires_grad_() for k, p in teacher.theta.items()},
        speed={k: torch.zeros_like(v) for k, v in teacher.speed.items()},
        step_size=teacher.step_size * rng.choice([0.7, 1.4]),
        log=blank_log(net, BOATS),
        catch=teacher.catch,
    )


def tournament(net: QuotaNet, fleet: List[Skipper], rng: random.Random) -> List[Skipper]:
    fleet = list(fleet)
    for i in range(len(fleet)):
        j = rng.randrange(len(fleet))
        if fleet[j].catch > 1.05 * fleet[i].catch:
            fleet[i] = adopt(net, fleet[i], fleet[j], rng)
    return fleet


def main() -> None:
    rng = random.Random(11)
    net = QuotaNet()
    fleet = [launch(net, BOATS, seed, 10 ** rng.uniform(-3, -1)) for seed in range(10)]
    for year in range(400):
        for _ in range(4):
            fleet = [voyage(net, s, WEEKS) for s in fleet]
        if year % 3 == 2:
            fleet = tournament(net, fleet, rng)
        print(year, ["%.4f" % s.catch for s in fleet])
    best = max(fleet, key=lambda s: s.catch)
    torch.save({k: p.detach() for k, p in best.theta.items()}, "skipper.pt")


if __name__ == "__main__":
    main()
