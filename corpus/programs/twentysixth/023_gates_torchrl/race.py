"""Flies races with the policy that a learner keeps improving in the background."""
import os
import time

import torch

from drone import DroneTrack
from policy import build_policy, first, following

CKPT = os.environ.get("DRONE_CKPT", "/tmp/drone/latest.pt")


class Watcher:
    def __init__(self, path):
        self.path = path
        self.mtime = 0.0

    def changed(self):
        if not os.path.exists(self.path):
            return False
        m = os.path.getmtime(self.path)
        if m <= self.mtime:
            return False
        self.mtime = m
        return True

    def read(self):
        return torch.load(self.path, map_location="cpu")["policy"]


@torch.no_grad()
def fly(track, policy, watcher):
    td = first(track.reset())
    splits, done = [], False
    while not done:
        td = policy(td)
        obs, through, done = track.step(td["action"])
        if through:
            splits.append(track.t)
            if watcher.changed():
                policy.load_state_dict(watcher.read())
                print(f"  gate {track.passed}: new weights")
        td = following(td, obs)
    return splits


def main(races=50):
    track = DroneTrack()
    policy = build_policy()
    watcher = Watcher(CKPT)
    while not watcher.changed():
        time.sleep(1.0)
    policy.load_state_dict(watcher.read())
    policy.eval()
    for race in range(races):
        splits = fly(track, policy, watcher)
        print(f"race {race}: {len(splits)} gates, last at {splits[-1] if splits else float('nan'):.2f} s")


if __name__ == "__main__":
    main()
