import argparse
import socket
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from callbacks import SharedFolder


class ShellGame(gym.Env):
    """The ball is shown once, then the cups are swapped in pairs; point at the right cup at the end."""

    def __init__(self, cups: int = 4, swaps: int = 12):
        self.cups, self.swaps = cups, swaps
        self.observation_space = spaces.Box(0.0, 1.0, (2 * cups + 1,), np.float32)
        self.action_space = spaces.Discrete(cups)

    def _obs(self, ball=False):
        x = np.zeros(2 * self.cups + 1, np.float32)
        if ball:
            x[self.ball] = 1
        else:
            x[self.cups + np.array(self.pair)] = 1
        x[-1] = self.left == 0
        return x

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.ball = int(self.np_random.integers(self.cups))
        self.left = self.swaps
        return self._obs(ball=True), {}

    def step(self, action):
        if self.left == 0:
            return self._obs(), float(action == self.ball), True, False, {}
        a, b = self.pair = self.np_random.choice(self.cups, 2, replace=False)
        self.ball = int({a: b, b: a}.get(self.ball, self.ball))
        self.left -= 1
        return self._obs(), 0.0, False, False, {}


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--shared", type=Path, default=Path("/mnt/share/shellgame"))
    ap.add_argument("--name", default=socket.gethostname())
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--ent", type=float, default=0.01)
    ap.add_argument("--steps", type=int, default=10_000_000)
    args = ap.parse_args()

    venv = SubprocVecEnv([lambda: Monitor(ShellGame()) for _ in range(16)])
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=128, batch_size=512, learning_rate=args.lr, ent_coef=args.ent, verbose=1
    )
    model.learn(args.steps, callback=SharedFolder(args.shared, args.name, margin=0.05))
    model.save(f"{args.name}_final")


if __name__ == "__main__":
    main()
