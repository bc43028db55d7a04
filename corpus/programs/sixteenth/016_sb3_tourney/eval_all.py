import json
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import List

import gymnasium as gym
import minigrid  # noqa: F401
import numpy as np
from minigrid.wrappers import FlatObsWrapper
from sb3_contrib import RecurrentPPO


@dataclass
class Result:
    checkpoint: str
    steps: int
    returns: List[float] = field(default_factory=list)
    lengths: List[int] = field(default_factory=list)

    @property
    def success(self):
        return float(np.mean([r > 0 for r in self.returns]))

    def summary(self):
        return (
            f"{self.checkpoint:<32} success {self.success:6.1%} "
            f"return {np.mean(self.returns):.3f} +- {np.std(self.returns):.3f} "
            f"len {np.mean(self.lengths):.1f}"
        )


def make_env():
    return FlatObsWrapper(gym.make("MiniGrid-MemoryS13-v0"))


def play_episode(model, env, seed):
    obs, _ = env.reset(seed=seed)
    total, length, over = 0.0, 0, False
    while not over:
        action, _ = model.predict(obs, deterministic=True)
        obs, reward, terminated, truncated, _ = env.step(int(action))
        total += float(reward)
        length += 1
        over = terminated or truncated
    return total, length


def evaluate(path: Path, episodes: int, base_seed: int) -> Result:
    model = RecurrentPPO.load(path, device="cpu")
    env = make_env()
    found = re.search(r"_(\d+)_steps", path.stem)
    res = Result(path.stem, int(found.group(1)) if found else -1)
    for ep in range(episodes):
        ret, length = play_episode(model, env, base_seed + ep)
        res.returns.append(ret)
        res.lengths.append(length)
    env.close()
    return res


def main(folder="checkpoints", episodes=50):
    results = []
    for path in sorted(Path(folder).glob("memory_*_steps.zip")):
        res = evaluate(path, int(episodes), base_seed=10_000)
        print(res.summary(), flush=True)
        results.append(res)
    results.sort(key=lambda r: (r.success, -np.mean(r.lengths)), reverse=True)
    out = Path(folder) / "ranking.json"
    out.write_text(json.dumps([asdict(r) for r in results], indent=2))
    if results:
        print("best:", results[0].checkpoint)


if __name__ == "__main__":
    main(*sys.argv[1:])
