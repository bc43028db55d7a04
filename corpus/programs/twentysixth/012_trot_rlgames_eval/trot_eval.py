"""Walks through the checkpoints of an rl_games run of the trot task.

    python trot_eval.py trot_gru.yaml runs/trot/nn --every 500
"""
import argparse
from pathlib import Path

import gym
import numpy as np
import torch
import yaml
from rl_games.common import env_configurations
from rl_games.torch_runner import Runner


class Trot(gym.Env):
    """Phase oscillators for four legs, the policy shifts frequency and phases."""

    def __init__(self, pushes=True):
        self.pushes = pushes
        self.observation_space = gym.spaces.Box(-10, 10, (11,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (5,), np.float32)

    def reset(self):
        self.phase = np.random.uniform(0, 2 * np.pi, 4)
        self.vel = 0.0
        self.roll = 0.0
        self.k = 0
        return self._obs()

    def _obs(self):
        return np.float32([*np.sin(self.phase), *np.cos(self.phase), self.vel, self.roll, self.k % 50 / 50])

    def step(self, a):
        self.phase = (self.phase + 0.1 * (2 + a[4]) + 0.05 * a[:4]) % (2 * np.pi)
        diag = np.cos(self.phase[0] - self.phase[3]) + np.cos(self.phase[1] - self.phase[2])
        anti = -np.cos(self.phase[0] - self.phase[1])
        self.vel += 0.05 * (diag + anti - self.vel)
        self.roll += 0.05 * (np.sin(self.phase[[0, 2]]).sum() - np.sin(self.phase[[1, 3]]).sum() - 2 * self.roll)
        if self.pushes and np.random.rand() < 0.01:
            self.roll += np.random.normal(0, 0.5)
        self.k += 1
        fell = abs(self.roll) > 1.5
        return self._obs(), float(self.vel - abs(self.roll) - 5 * fell), bool(fell or self.k >= 1000), {}


env_configurations.register("trot", {"vecenv_type": "RAY", "env_creator": lambda **kw: Trot(**kw)})


def make_player(cfg_file):
    with open(cfg_file) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["config"]["env_name"] = "trot"
    cfg["params"]["config"]["device_name"] = "cpu"
    runner = Runner()
    runner.load(cfg)
    return runner.create_player()


def parade(player, checkpoints, every, steps):
    """One long walk, each checkpoint leads for `every` steps."""
    scores = {}
    obs = player.env_reset(player.env)
    player.get_batch_size(obs, 1)
    for ckpt in checkpoints:
        player.restore(str(ckpt))
        player.reset()
        total, falls = 0.0, 0
        for _ in range(every):
            action = player.get_action(obs, True)
            obs, rew, done, _ = player.env_step(player.env, action)
            total += float(rew)
            if bool(torch.as_tensor(done).any()):
                falls += 1
                obs = player.env_reset(player.env)
                player.reset()
        scores[ckpt.name] = (total / every, falls)
        steps -= every
        if steps <= 0:
            break
    return scores


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("config")
    ap.add_argument("folder", type=Path)
    ap.add_argument("--every", type=int, default=1000)
    ap.add_argument("--steps", type=int, default=100_000)
    args = ap.parse_args()

    player = make_player(args.config)
    ckpts = sorted(args.folder.glob("*.pth"), key=lambda p: p.stat().st_mtime)
    for name, (mean, falls) in parade(player, ckpts, args.every, args.steps).items():
        print(f"{name:40s} {mean:7.3f} {falls:3d} falls")


if __name__ == "__main__":
    main()
