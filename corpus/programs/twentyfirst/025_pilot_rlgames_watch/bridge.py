"""Run the rudder policy on the bridge simulator. The training box rsyncs
new checkpoints to --checkpoint while we sail.

    python bridge.py --config ppo_lstm_harbour.yaml --checkpoint runs/harbour/nn/harbour.pth
"""
import argparse
import os
import time

import torch
import yaml
from rl_games.torch_runner import Runner

import harbour  # noqa: F401  registers the env


def build_player(config_file, checkpoint):
    with open(config_file) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["config"]["env_name"] = "harbour"
    runner = Runner()
    runner.load(cfg)
    player = runner.create_player()
    player.restore(checkpoint)
    return player


class FileStamp:
    def __init__(self, path):
        self.path = path
        self.stamp = os.path.getmtime(path)

    def newer(self):
        try:
            now = os.path.getmtime(self.path)
        except FileNotFoundError:
            return False
        if now > self.stamp:
            self.stamp = now
            return True
        return False


def sail(player, stamp, legs, period):
    env = player.env
    scores = []
    for leg in range(legs):
        obs = player.env_reset(env)
        player.get_batch_size(obs, 1)
        player.init_rnn()
        total, done, tick = 0.0, False, 0
        while not done:
            if tick % 20 == 0 and stamp.newer():
                print(f"leg {leg} tick {tick}: picking up {stamp.path}")
                player.restore(stamp.path)
            with torch.no_grad():
                act = player.get_action(obs, is_deterministic=True)
            obs, rew, done, info = player.env_step(env, act)
            done = bool(done)
            total += float(rew)
            tick += 1
            time.sleep(period)
        scores.append(total)
        print(f"leg {leg}: {total:.1f} in {tick} ticks")
    return scores


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", required=True)
    ap.add_argument("--checkpoint", required=True)
    ap.add_argument("--legs", type=int, default=12)
    ap.add_argument("--period", type=float, default=0.1)
    args = ap.parse_args()
    p = build_player(args.config, args.checkpoint)
    s = sail(p, FileStamp(args.checkpoint), args.legs, args.period)
    print("mean", sum(s) / len(s))
