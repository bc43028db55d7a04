"""Operation of the plant with the Tianshou policies; each month has its own (train_month.py writes them)."""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tianshou.data import Batch
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from plant import HeatingPlant


def make_policy(plant, hidden=128, lr=1e-3, gamma=0.99):
    net = Recurrent(
        layer_num=1,
        state_shape=plant.obs_dim,
        action_shape=plant.max_boilers + 1,
        hidden_layer_size=hidden,
    )
    optim = torch.optim.Adam(net.parameters(), lr=lr)
    policy = DQNPolicy(net, optim, discount_factor=gamma, estimation_step=3, target_update_freq=500)
    policy.set_eps(0.0)
    policy.eval()
    return policy


def month_of(step, starts):
    """starts: first step of every month"""
    return int(np.searchsorted(starts, step, side="right")) - 1


def operate(plant, policy, folder, starts):
    log = {"month": [], "boilers": [], "cost": []}
    month, state = None, None
    obs, over = plant.reset(), False
    while not over:
        now = month_of(plant.t, starts)
        if now != month:
            month = now
            file = folder / f"month_{month:02d}.pth"
            if file.exists():
                policy.load_state_dict(torch.load(file, map_location="cpu"))
                state = None
        with torch.no_grad():
            result = policy(Batch(obs=obs[None], info={}), state)
        state = result.state
        n = int(result.act[0])
        obs, reward, over = plant.step(n)
        log["month"].append(month)
        log["boilers"].append(n)
        log["cost"].append(-reward)
    return log


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--temperature", default="temperature_15min.npy")
    ap.add_argument("--folder", type=Path, default=Path("policies"))
    ap.add_argument("--out", default="operation.json")
    args = ap.parse_args()

    temperature = np.load(args.temperature)
    plant = HeatingPlant(temperature)
    starts = np.arange(0, len(temperature), 30 * 96)
    log = operate(plant, make_policy(plant), args.folder, starts)

    months, costs = np.array(log["month"]), np.array(log["cost"])
    for m in np.unique(months):
        print(f"month {m:2d}: cost {costs[months == m].sum():9.1f}")
    with open(args.out, "w") as f:
        json.dump(log, f)


if __name__ == "__main__":
    main()
