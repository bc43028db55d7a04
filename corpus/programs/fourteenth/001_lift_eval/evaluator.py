import glob
import os
import time

import torch

from lift_env import LiftBank
from model import LiftPolicy


def newest(ckpt_dir):
    files = glob.glob(os.path.join(ckpt_dir, "step_*.pt"))
    return max(files, key=os.path.getmtime) if files else None


def evaluate_forever(ckpt_dir, stop, check_every=200, seed=1234):
    """Runs greedy days on its own building and prints the mean waiting cost."""
    env = LiftBank(seed=seed)
    net = LiftPolicy(env.obs_dim)
    net.eval()

    while newest(ckpt_dir) is None and not stop.is_set():
        time.sleep(1.0)

    loaded = None
    tick = 0
    obs, h = env.reset(), net.blank()
    day_cost = 0.0
    while not stop.is_set():
        if tick % check_every == 0:
            path = newest(ckpt_dir)
            if path != loaded:
                blob = torch.load(path, map_location="cpu")
                net.load_state_dict(blob["model"])
                loaded = path
                print(f"[eval] now using {os.path.basename(path)}", flush=True)

        with torch.no_grad():
            logits, _, h = net(torch.from_numpy(obs).unsqueeze(0), h)
        obs, reward, done = env.step(int(logits.argmax()))
        day_cost -= reward
        tick += 1
        if done:
            print(f"[eval] {os.path.basename(loaded)} cost/day {day_cost:.1f}", flush=True)
            obs, h = env.reset(), net.blank()
            day_cost = 0.0
