"""Follows a training run: drives a junction with whatever weights are newest and logs queue costs."""
import argparse
import csv
import time
from pathlib import Path

import torch
from ray.tune.registry import register_env

from junction import Junction
from train_rllib import build_config


class Follower:
    def __init__(self, weights_dir: Path, poll_seconds: float):
        register_env("junction", lambda cfg: Junction(cfg))
        self.policy = build_config().env_runners(num_env_runners=0).build().get_policy()
        self.weights_dir = weights_dir
        self.poll_seconds = poll_seconds
        self.current = None
        self.last_poll = 0.0
        self.state = self.policy.get_initial_state()

    def refresh(self) -> bool:
        if time.monotonic() - self.last_poll < self.poll_seconds:
            return False
        self.last_poll = time.monotonic()
        candidates = sorted(self.weights_dir.glob("iter_*.pt"))
        if not candidates or candidates[-1] == self.current:
            return False
        self.policy.set_weights(torch.load(candidates[-1], weights_only=False))
        self.current = candidates[-1]
        return True

    def act(self, obs):
        action, self.state, _ = self.policy.compute_single_action(obs, self.state, explore=False)
        return action

    def forget(self):
        self.state = self.policy.get_initial_state()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", type=Path, default=Path("weights"))
    ap.add_argument("--log", type=Path, default=Path("eval.csv"))
    ap.add_argument("--poll", type=float, default=20.0)
    ap.add_argument("--pace", type=float, default=0.05)
    args = ap.parse_args()

    follower = Follower(args.weights, args.poll)
    env = Junction({"horizon": 7200})
    obs, _ = env.reset(seed=7)
    total, since = 0.0, 0
    with args.log.open("a", newline="") as fh:
        out = csv.writer(fh)
        while True:
            if follower.refresh():
                follower.forget()
                if since:
                    out.writerow([time.time(), follower.current.name, total / since])
                    fh.flush()
                total, since = 0.0, 0
            obs, reward, term, trunc, _ = env.step(follower.act(obs))
            total, since = total + reward, since + 1
            if term or trunc:
                obs, _ = env.reset()
                follower.forget()
            time.sleep(args.pace)


if __name__ == "__main__":
    main()
