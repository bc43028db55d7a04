import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from pbt import PbtCallback, PbtConfig


class PegInsert(gym.Env):
    """Gripper with a peg over a hole, contact forces only; the hole offset has to be inferred."""

    def __init__(self):
        self.observation_space = spaces.Box(-5.0, 5.0, (6,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)

    def _obs(self):
        off = self.pos[:2] - self.hole
        touching = self.pos[2] <= 0.0
        force = off / (np.linalg.norm(off) + 1e-6) if touching else np.zeros(2)
        return np.array([*self.pos, *force, float(touching)], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hole = self.np_random.normal(0.0, 0.2, 2)
        self.pos = np.array([0.0, 0.0, 0.5])
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.t += 1
        self.pos[:2] += 0.03 * action[:2]
        self.pos[2] += 0.03 * action[2]
        aligned = np.linalg.norm(self.pos[:2] - self.hole) < 0.03
        if not aligned:
            self.pos[2] = max(self.pos[2], 0.0)
        inside = self.pos[2] < -0.1
        reward = 10.0 if inside else -0.02
        return self._obs(), reward, bool(inside), self.t >= 250, {"is_success": bool(inside)}


def main():
    member = int(sys.argv[1])
    rng = np.random.default_rng(member)
    venv = make_vec_env(PegInsert, n_envs=6, seed=member)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=200,
        batch_size=300,
        learning_rate=float(10 ** rng.uniform(-4.5, -3)),
        ent_coef=float(10 ** rng.uniform(-3, -1.5)),
        seed=member,
    )
    cfg = PbtConfig(root=Path(sys.argv[2] if len(sys.argv) > 2 else "population"), member=member)
    model.learn(5_000_000, callback=PbtCallback(cfg))
    model.save(cfg.root / f"final_{member:02d}")


if __name__ == "__main__":
    main()
