import argparse
import os
import time

import torch
import yaml
from rl_games.torch_runner import Runner


def list_ckpts(d):
    fs = [os.path.join(d, f) for f in os.listdir(d) if f.endswith(".pth")]
    return sorted(fs, key=os.path.getmtime)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", default="cfg/ant_lstm.yaml")
    ap.add_argument("--nn", default="runs/ant_lstm/nn")
    ap.add_argument("--refresh", type=float, default=60.0)
    ap.add_argument("--steps", type=int, default=100_000)
    args = ap.parse_args()

    with open(args.config) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["config"]["player"] = {"use_vecenv": True, "render": True}

    runner = Runner()
    runner.load(cfg)
    player = runner.create_player()
    last = list_ckpts(args.nn)[-1]
    player.restore(last)

    obs = player.env_reset(player.env)
    player.get_batch_size(obs, 1)
    if player.is_rnn:
        player.init_rnn()

    t_check = time.time()
    scores = torch.zeros(player.batch_size)
    for i in range(args.steps):
        act = player.get_action(obs, is_deterministic=True)
        obs, r, done, info = player.env_step(player.env, act)
        scores += r.cpu()
        idx = done.nonzero(as_tuple=False).flatten()
        if len(idx) > 0:
            if player.is_rnn:
                for s in player.states:
                    s[:, idx, :] = s[:, idx, :] * 0.0
            print("avg", scores[idx.cpu()].mean().item())
            scores[idx.cpu()] = 0
        if time.time() - t_check > args.refresh:
            t_check = time.time()
            new = list_ckpts(args.nn)[-1]
            if new != last:
                last = new
                print("=> switching to", last)
                player.restore(last)


if __name__ == "__main__":
    main()
