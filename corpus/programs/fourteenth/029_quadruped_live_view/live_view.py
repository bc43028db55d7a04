"""Watch a quadruped policy while rl_games is still training it on the other GPU.

python live_view.py --run runs/AnymalRough_12-04 --num_envs 16
"""
import argparse
import glob
import os
import time

import isaacgym  # noqa: F401
import isaacgymenvs
import torch
import yaml
from rl_games.algos_torch.players import PpoPlayerContinuous
from rl_games.common import env_configurations, vecenv


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--run", required=True)
    p.add_argument("--task", default="AnymalTerrain")
    p.add_argument("--num_envs", type=int, default=16)
    p.add_argument("--poll", type=float, default=30.0, help="seconds between looks into nn/")
    p.add_argument("--stochastic", action="store_true")
    return p.parse_args()


def newest_checkpoint(run):
    files = glob.glob(os.path.join(run, "nn", "*.pth"))
    return max(files, key=os.path.getmtime) if files else None


def build_player(args):
    with open(os.path.join(args.run, "config.yaml")) as f:
        cfg = yaml.safe_load(f)
    params = cfg["train"]["params"]
    params["config"]["num_actors"] = args.num_envs

    def make_env(**kwargs):
        return isaacgymenvs.make(
            seed=0, task=args.task, num_envs=args.num_envs, sim_device="cuda:1",
            rl_device="cuda:1", headless=False,
        )

    env_configurations.register("rlgpu", {"vecenv_type": "RLGPU", "env_creator": make_env})
    vecenv.register("RLGPU", lambda name, n, **kw: make_env())
    params["config"]["device_name"] = "cuda:1"
    return PpoPlayerContinuous(params)


class Stats:
    def __init__(self, n, device):
        self.ret = torch.zeros(n, device=device)
        self.length = torch.zeros(n, device=device)
        self.finished = []

    def add(self, rewards, done_ids):
        self.ret += rewards
        self.length += 1
        for i in done_ids.tolist():
            self.finished.append((self.ret[i].item(), self.length[i].item()))
        self.ret[done_ids] = 0
        self.length[done_ids] = 0

    def show(self, name):
        if not self.finished:
            return
        last = self.finished[-50:]
        mean_ret = sum(r for r, _ in last) / len(last)
        mean_len = sum(l for _, l in last) / len(last)
        print(f"{name:40s} return {mean_ret:8.2f}  length {mean_len:6.1f}  ({len(self.finished)} episodes)")


def main():
    args = parse()
    player = build_player(args)
    ckpt = newest_checkpoint(args.run)
    while ckpt is None:
        print("waiting for the first checkpoint")
        time.sleep(args.poll)
        ckpt = newest_checkpoint(args.run)
    player.restore(ckpt)
    obs = player.env_reset(player.env)
    player.get_batch_size(obs, args.num_envs)
    if player.is_rnn:
        player.init_rnn()

    stats = Stats(args.num_envs, player.device)
    looked = time.time()
    while True:
        action = player.get_action(obs, is_deterministic=not args.stochastic)
        obs, rewards, dones, _ = player.env_step(player.env, action)
        done_ids = dones.nonzero(as_tuple=False).squeeze(-1)
        if player.is_rnn and len(done_ids):
            for s in player.states:
                s[:, done_ids, :] = 0.0
        stats.add(rewards.to(player.device), done_ids)

        if time.time() - looked > args.poll:
            looked = time.time()
            stats.show(os.path.basename(ckpt))
            latest = newest_checkpoint(args.run)
            if latest != ckpt:
                ckpt = latest
                player.restore(ckpt)
                stats.finished.clear()


if __name__ == "__main__":
    main()
