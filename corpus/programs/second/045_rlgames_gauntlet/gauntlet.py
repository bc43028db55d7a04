"""Runs one set of environments through many rl_games checkpoints; the robots are not put back between them."""
import argparse
import csv
import glob
import os
import re
import time
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
import yaml
from rl_games.algos_torch.players import PpoPlayerContinuous
from rl_games.common import env_configurations, vecenv
from rl_games.common.ivecenv import IVecEnv


class PushBatch(IVecEnv):
    """Blocks with unknown mass are pushed to a line; torch, batched."""

    def __init__(self, num_actors, device="cpu", horizon=400):
        self.n = num_actors
        self.device = device
        self.horizon = horizon
        self.x = torch.zeros(num_actors, device=device)
        self.v = torch.zeros(num_actors, device=device)
        self.mass = torch.ones(num_actors, device=device)
        self.goal = torch.zeros(num_actors, device=device)
        self.t = torch.zeros(num_actors, dtype=torch.long, device=device)
        self._place(torch.arange(num_actors, device=device))

    def _place(self, ids):
        n = len(ids)
        self.x[ids] = torch.rand(n, device=self.device) * 2 - 1
        self.v[ids] = 0.0
        self.mass[ids] = torch.rand(n, device=self.device) * 4 + 0.5
        self.goal[ids] = torch.rand(n, device=self.device) * 2 - 1
        self.t[ids] = 0

    def _obs(self):
        return torch.stack([self.x, self.goal - self.x], dim=1)

    def reset(self):
        self._place(torch.arange(self.n, device=self.device))
        return self._obs()

    def step(self, actions):
        force = actions[:, 0].clamp(-1, 1) * 5.0
        self.v = 0.95 * self.v + 0.02 * force / self.mass
        self.x = self.x + 0.02 * self.v
        self.t += 1
        error = (self.goal - self.x).abs()
        reward = -error - 0.001 * force.pow(2)
        done = (self.t >= self.horizon) | (self.x.abs() > 3)
        ids = done.nonzero(as_tuple=False).flatten()
        if len(ids):
            self._place(ids)
        return self._obs(), reward, done.to(torch.uint8), {"error": error}

    def get_number_of_agents(self):
        return 1

    def get_env_info(self):
        import gym

        return {
            "observation_space": gym.spaces.Box(-np.inf, np.inf, (2,)),
            "action_space": gym.spaces.Box(-1.0, 1.0, (1,)),
        }


def find(folder, pattern):
    def epoch(p):
        m = re.search(r"ep_(\d+)", os.path.basename(p))
        return int(m.group(1)) if m else -1

    return sorted(glob.glob(os.path.join(folder, pattern)), key=epoch)


def summary(rows):
    """Mean over laps per file, best first."""
    table = {}
    for row in rows:
        table.setdefault(row["file"], []).append((row["reward"], row["error"]))
    lines = []
    for name, pairs in sorted(table.items(), key=lambda kv: -np.mean([r for r, _ in kv[1]])):
        reward, error = np.mean(pairs, axis=0)
        lines.append(f"{name:40s} reward {reward:+.3f} error {error:.3f} laps {len(pairs)}")
    return lines


def build_player(cfg, env):
    params = deepcopy(cfg["params"])
    params["config"]["env_info"] = env.get_env_info()
    params["config"]["vec_env"] = env
    params["config"]["player"] = {"use_vecenv": True, "deterministic": True}
    return PpoPlayerContinuous(params)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("config")
    ap.add_argument("folder")
    ap.add_argument("--pattern", default="*.pth")
    ap.add_argument("--num-actors", type=int, default=128)
    ap.add_argument("--steps", type=int, default=1000)
    ap.add_argument("--laps", type=int, default=2)
    ap.add_argument("--kick-every", type=int, default=0)
    ap.add_argument("--heavier", type=float, default=0.0, help="mass added to every block per lap")
    ap.add_argument("--skip-broken", action="store_true")
    ap.add_argument("--out", type=Path, default=Path("gauntlet.csv"))
    args = ap.parse_args()
    with open(args.config) as fh:
        cfg = yaml.safe_load(fh)
    if "rnn" not in cfg["params"]["network"]:
        raise SystemExit("the gauntlet is for recurrent policies")

    vecenv.register("PUSH", lambda name, num_actors, **kw: PushBatch(num_actors))
    env_configurations.register("push", {"vecenv_type": "PUSH", "env_creator": lambda **kw: None})
    env = PushBatch(args.num_actors)
    player = build_player(cfg, env)
    player.has_batch_dimension = True
    files = find(args.folder, args.pattern)
    print(f"{len(files)} checkpoints")

    rows, broken = [], []
    obs = player.env_reset(env)
    player.get_batch_size(obs, args.num_actors)
    for lap in range(args.laps):
        for path in files:
            try:
                player.restore(path)
            except (RuntimeError, KeyError) as err:
                if not args.skip_broken:
                    raise
                print(f"{os.path.basename(path)}: {err}")
                broken.append(path)
                player.reset()
                continue
            player.reset()
            started = time.time()
            errors, rewards = [], []
            for step in range(args.steps):
                if args.kick_every and step % args.kick_every == args.kick_every - 1:
                    env.v += 0.5 * torch.randn(args.num_actors)
                action = player.get_action(obs, is_deterministic=True)
                obs, reward, done, info = player.env_step(env, action)
                rewards.append(float(reward.mean()))
                errors.append(float(info["error"].mean()))
                finished = done.nonzero(as_tuple=False)
                if len(finished):
                    for s in player.states:
                        s[:, finished, :] = s[:, finished, :] * 0.0
            rows.append({"lap": lap, "file": os.path.basename(path), "reward": np.mean(rewards), "error": np.mean(errors[-200:])})
            print(f"{lap} {rows[-1]['file']:40s} {rows[-1]['reward']:+.3f} {rows[-1]['error']:.3f} ({time.time() - started:.1f}s)")
        env.mass += args.heavier
    if broken:
        print(f"{len(broken)} files could not be read: {[os.path.basename(b) for b in broken]}")
    with args.out.open("w", newline="") as fh:
        writer = csv.DictWriter(fh, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for line in summary(rows):
        print(line)


if __name__ == "__main__":
    main()
