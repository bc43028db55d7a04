import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import List

import gymnasium as gym
import numpy as np

import gate_racing  # noqa: F401  registers GateRace-v0
from pilot import Pilot, PilotConfig


@dataclass
class Lap:
    track: int
    gates: int
    seconds: float
    crashed: bool
    score: float


def fly_laps(pilot: Pilot, env: gym.Env, n_laps: int, seed: int) -> List[Lap]:
    laps: List[Lap] = []
    for i in range(n_laps):
        obs, info = env.reset(seed=seed + i)
        score, steps = 0.0, 0
        terminated = truncated = False
        while not (terminated or truncated):
            obs, reward, terminated, truncated, info = env.step(pilot.command(obs))
            score += float(reward)
            steps += 1
        laps.append(Lap(
            track=seed + i,
            gates=info["gates_passed"],
            seconds=steps * info["dt"],
            crashed=terminated and not info["finished"],
            score=score,
        ))
    return laps


def summary(laps: List[Lap]) -> dict:
    finished = [lap.seconds for lap in laps if not lap.crashed]
    return {
        "laps": len(laps),
        "crash_rate": float(np.mean([lap.crashed for lap in laps])),
        "best": min(finished) if finished else None,
        "median": float(np.median(finished)) if finished else None,
        "mean_score": float(np.mean([lap.score for lap in laps])),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--laps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=4000)
    parser.add_argument("--wind", type=float, default=0.0)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()

    env = gym.make("GateRace-v0", wind=args.wind)
    pilot = Pilot(PilotConfig(args.model))
    laps = fly_laps(pilot, env, args.laps, args.seed)
    env.close()

    result = summary(laps)
    print(json.dumps(result, indent=2))
    if args.out:
        args.out.write_text(json.dumps({"summary": result, "laps": [asdict(lap) for lap in laps]}, indent=2))


if __name__ == "__main__":
    main()
