"""
Booth demo: shows the dog while training runs on the server next to it.
Whenever the trainer writes a newer checkpoint, the demo picks it up.
"""
import argparse
import os
import time

import numpy as np
from sb3_contrib import RecurrentPPO

from sheepdog_env import SheepdogEnv


def newest_checkpoint(folder):
    files = [os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".zip")]
    return max(files, key=os.path.getmtime) if files else None


class LiveDemo:
    def __init__(self, folder, check_every=100, fps=30):
        self.folder = folder
        self.check_every = check_every
        self.fps = fps
        self.env = SheepdogEnv()
        self.model = None
        self.model_path = None
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def wait_for_first_model(self):
        while not self.maybe_reload():
            print("waiting for a checkpoint ...")
            time.sleep(5)

    def maybe_reload(self):
        path = newest_checkpoint(self.folder)
        if path is None or path == self.model_path:
            return False
        try:
            self.model = RecurrentPPO.load(path, device="cpu")
        except (EOFError, OSError, ValueError) as error:
            print(f"could not read {path} yet: {error}")
            return False
        self.model_path = path
        print(f"now showing {os.path.basename(path)}")
        return True

    def run(self):
        self.wait_for_first_model()
        obs, _ = self.env.reset()
        step, episode, total = 0, 0, 0.0
        while True:
            if step % self.check_every == 0:
                self.maybe_reload()

            action, self.lstm_states = self.model.predict(
                obs,
                state=self.lstm_states,
                episode_start=self.episode_start,
                deterministic=True,
            )
            obs, reward, terminated, truncated, info = self.env.step(action)
            self.episode_start[:] = terminated or truncated
            total += reward
            step += 1
            self.draw(info)
            if terminated or truncated:
                episode += 1
                print(f"\nepisode {episode}: return {total:.1f}, penned {info['penned']}")
                obs, _ = self.env.reset()
                total = 0.0
            time.sleep(1.0 / self.fps)

    def draw(self, info):
        grid = [["."] * 30 for _ in range(15)]
        for x, y in self.env.sheep:
            grid[int((1 - y) / 2 * 14)][int((x + 1) / 2 * 29)] = "o"
        x, y = self.env.dog
        grid[int((1 - y) / 2 * 14)][int((x + 1) / 2 * 29)] = "D"
        print("\033[H" + "\n".join("".join(row) for row in grid), f"penned {info['penned']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", default="checkpoints")
    parser.add_argument("--check-every", type=int, default=100)
    args = parser.parse_args()
    LiveDemo(args.folder, args.check_every).run()
