"""Runs patrols with rl_games policies trained for separate depth bands."""
import argparse
import os

import numpy as np
import torch
import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.common.vecenv import RayVecEnv
from rl_games.torch_runner import Runner

from sub_env import SubEnv

BANDS = {"shallow": (0, 120), "layer": (120, 250), "deep": (250, 400)}

vecenv.register("RAY", lambda name, n, **kw: RayVecEnv(name, n, **kw))
env_configurations.register("submarine", {"vecenv_type": "RAY", "env_creator": lambda **kw: SubEnv(**kw)})


def band_of(depth):
    for name, (lo, hi) in BANDS.items():
        if lo <= depth < hi:
            return name
    return "deep"


def patrol_orders(n_steps):
    orders = np.random.uniform(20, 380, size=n_steps // 250 + 1)
    return lambda t: orders[t // 250]


def patrol(player, folder, start_band):
    env = player.env
    obs = player.env_reset(env)
    player.get_batch_size(obs, 1)
    player.reset()
    order = patrol_orders(env.max_steps)
    band = start_band
    total, done, t, changes = 0.0, False, 0, 0
    while not done:
        env.set_order(order(t))
        now = band_of(env.depth)
        if now != band:
            player.restore(os.path.join(folder, now + ".pth"))
            band = now
            changes += 1
        action = player.get_action(obs, is_deterministic=True)
        obs, r, done, _ = player.env_step(env, action)
        total += float(r)
        done = bool(done)
        t += 1
    return total, changes, band


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cfg", default="sub_lstm.yaml")
    ap.add_argument("--policies", default="policies")
    ap.add_argument("--patrols", type=int, default=20)
    args = ap.parse_args()

    with open(args.cfg) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["network"].setdefault(
        "rnn", {"name": "lstm", "units": 128, "layers": 1, "before_mlp": False, "concat_input": True}
    )
    runner = Runner()
    runner.load(cfg)
    player = runner.create_player()
    band = "shallow"
    player.restore(os.path.join(args.policies, band + ".pth"))
    rewards = []
    with torch.no_grad():
        for i in range(args.patrols):
            total, changes, band = patrol(player, args.policies, band)
            rewards.append(total)
            print(f"patrol {i}: reward {total:.1f}, {changes} changes of band")
    print("mean", np.mean(rewards))


if __name__ == "__main__":
    main()
