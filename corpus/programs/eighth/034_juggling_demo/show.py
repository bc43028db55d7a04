"""Projector show of the juggling agent. Follows the training run, one act after the other."""
from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO


class JugglingEnv(gym.Env):
    """Keep the balls up with two hands on a line; the speed of a ball is not seen."""

    def __init__(self, balls: int = 3):
        self.balls = balls
        self.observation_space = gym.spaces.Box(-3, 3, (2 * balls + 2,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self.hands = np.array([-0.5, 0.5])
        self.x = self.np_random.uniform(-0.6, 0.6, self.balls)
        self.y = np.linspace(0.5, 1.5, self.balls)
        self.vx = np.zeros(self.balls)
        self.vy = np.zeros(self.balls)
        self.frame = 0
        return self._see(), {}

    def _see(self) -> np.ndarray:
        return np.concatenate([self.x, self.y, self.hands]).astype(np.float32)

    def step(self, action):
        self.hands = np.clip(self.hands + 0.1 * np.clip(action, -1, 1), -1, 1)
        self.vy -= 0.05
        self.x += 0.05 * self.vx
        self.y += 0.05 * self.vy
        for b in range(self.balls):
            if self.y[b] < 0:
                hand = int(np.argmin(abs(self.hands - self.x[b])))
                if abs(self.hands[hand] - self.x[b]) < 0.12:
                    self.y[b] = 0.0
                    self.vy[b] = 1.6
                    self.vx[b] = self.hands[1 - hand] - self.x[b]
        self.frame += 1
        dropped = bool((self.y < -0.2).any())
        return self._see(), 0.0 if dropped else 1.0, dropped, self.frame >= 2000, {}


def latest(folder: Path) -> Path | None:
    candidates = sorted(folder.glob("rl_model_*_steps.zip"), key=lambda p: p.stat().st_mtime)
    return candidates[-1] if candidates else None


def perform(model: RecurrentPPO, env: JugglingEnv, fps: float) -> float:
    """One act from the first throw to the drop."""
    obs, _ = env.reset()
    memory = None
    first = True
    caught = 0.0
    while True:
        action, memory = model.predict(
            obs, state=memory, episode_start=np.array([first]), deterministic=True
        )
        first = False
        obs, reward, dropped, truncated, _ = env.step(action)
        caught += reward
        heights = " ".join(f"{y:+.2f}" for y in env.y)
        sys.stdout.write(f"\r{heights}   ")
        sys.stdout.flush()
        if dropped or truncated:
            return caught
        time.sleep(1 / fps)


def main(folder: str = "logs", fps: float = 50.0) -> None:
    env = JugglingEnv()
    shown: Path | None = None
    model: RecurrentPPO | None = None
    for act in itertools.count(1):
        newest = latest(Path(folder))
        if newest is not None and newest != shown:
            model = RecurrentPPO.load(newest, device="cpu")
            shown = newest
            print(f"\nnew performer: {newest.stem}")
        if model is None:
            time.sleep(2)
            continue
        score = perform(model, env, fps)
        print(f"\nact {act}: {score:.0f} frames in the air")


if __name__ == "__main__":
    main(*sys.argv[1:2])
