from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sb3_contrib import RecurrentPPO

from boat import OceanDrift


def _first() -> np.ndarray:
    return np.ones(1, dtype=bool)


@dataclass(frozen=True)
class Watch:
    mate: RecurrentPPO
    signed_on: float
    notes: Any = None
    first: np.ndarray = field(default_factory=_first)


def sign_on(path: str) -> Watch:
    return Watch(mate=RecurrentPPO.load(path, device="cpu"), signed_on=os.path.getmtime(path))


def relieve(watch: Watch, path: str) -> Watch:
    if os.path.getmtime(path) > watch.signed_on:
        return sign_on(path)
    return watch


def order(watch: Watch, obs) -> tuple[int, Watch]:
    act, notes = watch.mate.predict(obs, state=watch.notes, episode_start=watch.first, deterministic=True)
    return int(act), replace(watch, notes=notes, first=np.zeros(1, dtype=bool))


def night(watch: Watch, env: OceanDrift, path: str) -> tuple[float, Watch]:
    obs, _ = env.reset()
    watch = replace(watch, notes=None, first=_first())
    total, ashore = 0.0, False
    glass = 0
    while not ashore:
        glass += 1
        if glass % 240 == 0:
            watch = relieve(watch, path)
        act, watch = order(watch, obs)
        obs, r, wrecked, dawn, _ = env.step(act)
        total += r
        ashore = wrecked or dawn
    return total, watch


def main(path: str, nights: int) -> None:
    env = OceanDrift()
    watch = sign_on(path)
    for n in range(nights):
        score, watch = night(watch, env, path)
        print(f"night {n}: {score:.1f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10)
