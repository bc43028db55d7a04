"""Bandit over a zoo of trained policies: every `window` steps the most promising one takes the controls."""
import argparse
import json
from pathlib import Path

import gymnasium as gym
import torch

from pilot import Pilot
from selector import UCB
from zoo import build


def load_zoo(folder, n_obs, n_act):
    zoo = {}
    for meta in sorted(Path(folder).glob("*.json")):
        spec = json.loads(meta.read_text())
        spec.update(n_obs=n_obs, n_act=n_act)
        net = build(spec).eval()
        net.load_state_dict(torch.load(meta.with_suffix(".pt"), map_location="cpu"))
        zoo[meta.stem] = net
    if not zoo:
        raise SystemExit(f"no policies in {folder}")
    return zoo


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--env", default="LunarLander-v3")
    ap.add_argument("--window", type=int, default=40)
    ap.add_argument("--steps", type=int, default=100_000)
    a = ap.parse_args()
    env = gym.make(a.env)
    zoo = load_zoo(a.folder, env.observation_space.shape[0], env.action_space.n)
    ucb = UCB(list(zoo))
    name = ucb.pick()
    pilot = Pilot(zoo[name])
    obs, _ = env.reset(seed=0)
    gained = 0.0
    for t in range(1, a.steps + 1):
        obs, r, term, trunc, _ = env.step(pilot.act(obs))
        gained += r
        if term or trunc:
            obs, _ = env.reset()
            pilot.new_episode()
        if t % a.window == 0:
            ucb.feed(name, gained / 100.0)
            gained = 0.0
            name = ucb.pick()
            pilot.relieve(zoo[name])
    for n, (count, mean) in sorted(ucb.stats.items(), key=lambda kv: -kv[1][1]):
        print(f"{n:20s} {count:6d} {mean:+.3f}")


if __name__ == "__main__":
    main()
