import argparse
import csv
import time
from pathlib import Path

from .agent import ViewerAgent
from .config import ViewerConfig
from .maze import CueMaze
from .storage import Shelf


class Sheet:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


def draw(env):
    cells = ["."] * (env.length + 1)
    cells[env.x] = "@"
    print("\r" + "".join(cells) + (" ^" if env.goal > 0 else " v"), end="", flush=True)


def main():
    ap = argparse.ArgumentParser(prog="viewer")
    ap.add_argument("--folder", type=Path, default=Path("checkpoints"))
    ap.add_argument("--length", type=int, default=12)
    ap.add_argument("--fps", type=int, default=20)
    ap.add_argument("--poll-every", dest="poll_every", type=int, default=25)
    ap.add_argument("--episodes", type=int, default=1000)
    ap.add_argument("--sample", dest="greedy", action="store_false")
    cfg = ViewerConfig.from_args(ap.parse_args())

    env = CueMaze(length=cfg.length)
    agent = ViewerAgent(cfg, Shelf(cfg.folder), env.obs_dim, env.n_actions)
    sheet = Sheet(cfg.stats_file)
    ticks = 0
    wins = 0
    for episode in range(cfg.episodes):
        obs = env.reset()
        agent.refresh()
        agent.new_episode()
        total = 0.0
        while True:
            ticks += 1
            if ticks % cfg.poll_every == 0 and agent.refresh():
                print(f"\nnow playing {agent.loaded}")
            action = agent.act(obs)
            obs, reward, terminated, truncated, _ = env.step(action)
            total += reward
            draw(env)
            time.sleep(1.0 / cfg.fps)
            if terminated or truncated:
                break
        wins += int(total > 0)
        sheet.write(episode=episode, ret=total, wins=wins, ckpt=str(agent.loaded))


if __name__ == "__main__":
    main()
