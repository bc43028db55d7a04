"""Shows the agent playing while it is being trained elsewhere (twitch-style, 24/7)."""
import argparse
import time
from pathlib import Path
from types import SimpleNamespace

import gymnasium as gym
import numpy as np

from dream.agent import DreamActor

CFG = SimpleNamespace(units=400, embed=256, deter=512, stoch=32)


class Overlay:
    def __init__(self):
        self.scores, self.step = [], -1

    def line(self):
        last = f"{np.mean(self.scores[-20:]):.0f}" if self.scores else "-"
        return f"trained for {self.step:,} steps | last 20: {last}"


class CheckpointFolder:
    def __init__(self, folder):
        self.folder, self.mtime = Path(folder), 0.0

    def changed(self):
        f = self.folder / "latest.pt"
        if not f.exists():
            return None
        t = f.stat().st_mtime
        if t <= self.mtime:
            return None
        self.mtime = t
        return f


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--env", default="CrafterReward-v1")
    p.add_argument("--fps", type=int, default=15)
    p.add_argument("--check-every", type=int, default=300)
    a = p.parse_args()

    env = gym.make(a.env, render_mode="human")
    agent = DreamActor(int(np.prod(env.observation_space.shape)), env.action_space.n, CFG)
    folder, overlay = CheckpointFolder(a.folder), Overlay()
    while (f := folder.changed()) is None:
        print("waiting for a first checkpoint")
        time.sleep(10)
    overlay.step = agent.restore(f)

    obs, _ = env.reset()
    first, total, frame = True, 0.0, 0
    while True:
        t0 = time.time()
        if frame % a.check_every == 0:
            f = folder.changed()
            if f is not None:
                overlay.step = agent.restore(f)
        action = agent.policy(obs / 255.0, first)
        obs, reward, term, trunc, _ = env.step(action)
        total += reward
        first = False
        frame += 1
        if term or trunc:
            overlay.scores.append(total)
            total, first = 0.0, True
            obs, _ = env.reset()
            print(overlay.line())
        time.sleep(max(0.0, 1.0 / a.fps - (time.time() - t0)))


if __name__ == "__main__":
    main()
