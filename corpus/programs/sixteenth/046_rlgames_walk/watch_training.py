"""Show the newest policy of a running rl_games training in the viewer.

python watch_training.py --cfg cfg/hexapod_lstm.yaml --nn runs/hexapod/nn
"""
import argparse
import os
import time

import torch
import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

from hexapod import HexapodViewer, register_hexapod


def latest_checkpoint(folder):
    best, best_time = None, 0.0
    for f in os.listdir(folder):
        if not f.endswith(".pth"):
            continue
        t = os.path.getmtime(os.path.join(folder, f))
        if t > best_time:
            best, best_time = os.path.join(folder, f), t
    return best, best_time


def make_player(cfg_file):
    with open(cfg_file) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["config"]["num_actors"] = 1
    runner = Runner()
    runner.load(cfg)
    runner.reset()
    return runner.create_player()


def clear_rnn(player, done):
    ids = done.nonzero(as_tuple=False).squeeze(-1)
    if len(ids) and player.states is not None:
        for s in player.states:
            s[:, ids, :] = 0.0


def watch(player, folder, viewer, poll):
    path, stamp = latest_checkpoint(folder)
    player.restore(path)
    player.has_batch_dimension = True
    obs = player.env_reset(player.env)
    if player.is_rnn:
        player.init_rnn()
    last_poll = time.time()
    ret = 0.0
    while viewer.alive():
        with torch.no_grad():
            action = player.get_action(obs, is_deterministic=True)
        obs, reward, done, info = player.env_step(player.env, action)
        viewer.draw(info)
        ret += float(reward.mean())
        if done.any():
            print("return %.2f" % ret)
            ret = 0.0
            clear_rnn(player, done)
        if time.time() - last_poll > poll:
            last_poll = time.time()
            new_path, new_stamp = latest_checkpoint(folder)
            if new_stamp > stamp:
                print("loading", new_path)
                player.restore(new_path)
                stamp = new_stamp


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cfg", required=True)
    ap.add_argument("--nn", required=True)
    ap.add_argument("--poll", type=float, default=20.0)
    args = ap.parse_args()
    register_hexapod(env_configurations, vecenv)
    player = make_player(args.cfg)
    watch(player, args.nn, HexapodViewer(), args.poll)


if __name__ == "__main__":
    main()
