import argparse

import torch

from climate import ClimatePolicy, Zone


def run_day(policy, zone, greedy=True):
    obs, over, total = zone.reset(), False, 0.0
    hidden = policy.init_hidden()
    while not over:
        a, _, hidden = policy.act(obs, hidden, greedy=greedy)
        obs, r, over = zone.step(*a.tolist())
        total += r
    return total


def thermostat(zone):
    obs, over, total = zone.reset(), False, 0.0
    while not over:
        obs, r, over = zone.step(0.5, 1.0 if zone.temp < 21 else 0.0)
        total += r
    return total


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("--days", type=int, default=20)
    args = ap.parse_args()
    policy = ClimatePolicy()
    policy.load_state_dict(torch.load(args.checkpoint))
    ours = [run_day(policy, Zone(s)) for s in range(args.days)]
    base = [thermostat(Zone(s)) for s in range(args.days)]
    print("policy %.2f thermostat %.2f" % (sum(ours) / len(ours), sum(base) / len(base)))
