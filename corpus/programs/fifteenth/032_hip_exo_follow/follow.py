"""Show on the demo rig what the run on the cluster has learned so far (rsync brings model_*.pt here)."""
from __future__ import annotations

import pathlib
import sys
import time

import torch

from modules import HipPolicy
from treadmill import Treadmill

LOOK_EVERY = 1000  # control steps, 20 s
NUM_WALKERS = 4


class FollowRunner:
    def __init__(self, log_dir: str, device: str = "cpu"):
        self.log_dir = pathlib.Path(log_dir)
        self.device = device
        self.env = Treadmill(NUM_WALKERS, device)
        self.policy = HipPolicy(self.env.num_obs, self.env.num_act).to(device).eval()
        self.current: pathlib.Path | None = None

    def latest(self) -> pathlib.Path | None:
        files = sorted(self.log_dir.glob("model_*.pt"), key=lambda f: int(f.stem[6:]))
        return files[-1] if files else None

    def load(self, path: pathlib.Path) -> None:
        ckpt = torch.load(path, map_location=self.device)
        self.policy.load_state_dict(ckpt["policy"])
        self.current = path
        print(f"now walking with {path.name} (reward in training {ckpt.get('reward', float('nan')):.2f})")

    def wait_for_first(self) -> None:
        while (path := self.latest()) is None:
            time.sleep(5)
        self.load(path)

    @torch.no_grad()
    def run(self) -> None:
        self.wait_for_first()
        obs = self.env.observe()
        falls, score, step = 0, 0.0, 0
        while True:
            tic = time.monotonic()
            act = self.policy.act_inference(obs)
            obs, rew, fell = self.env.step(act)
            self.policy.reset(fell)
            falls += int(fell.sum())
            score += rew.mean().item()
            step += 1
            if step % LOOK_EVERY == 0:
                print(f"{step:8d} score {score / LOOK_EVERY:.3f} falls {falls}")
                score, falls = 0.0, 0
                newest = self.latest()
                if newest is not None and newest != self.current:
                    self.load(newest)
            time.sleep(max(0.0, 0.02 - (time.monotonic() - tic)))


if __name__ == "__main__":
    FollowRunner(sys.argv[1] if len(sys.argv) > 1 else "logs/hip").run()
