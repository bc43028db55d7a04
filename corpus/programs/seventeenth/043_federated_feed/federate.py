import argparse
import random

import torch

from client import Device, NextItem
from feedlog import click_stream


def average(updates):
    total = sum(n for _, n in updates)
    keys = updates[0][0].keys()
    return {k: sum(w[k] * (n / total) for w, n in updates) for k in keys}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--items", type=int, default=5000)
    ap.add_argument("--devices", type=int, default=200)
    ap.add_argument("--rounds", type=int, default=500)
    ap.add_argument("--fraction", type=float, default=0.2)
    ap.add_argument("--churn", type=float, default=0.02)
    args = ap.parse_args()

    torch.manual_seed(0)
    server = NextItem(args.items)
    devices = [Device(i, NextItem(args.items), click_stream(i)) for i in range(args.devices)]
    for d in devices:
        d.install(server.state_dict(), fresh=True)

    for rnd in range(args.rounds):
        hits = sum(d.browse(25) for d in devices)
        chosen = random.sample(devices, int(args.fraction * len(devices)))
        updates = [u for u in (d.local_update() for d in chosen) if u[1] > 0]
        if updates:
            server.load_state_dict(average(updates))
        for d in devices:
            if random.random() < args.churn:
                d.clicks = click_stream(random.randrange(10**6))
                d.install(server.state_dict(), fresh=True)
            else:
                d.install(server.state_dict())
        print(f"round {rnd:3d} recall@20 {hits / (25 * len(devices)):.4f} clients {len(updates)}")
        if rnd % 50 == 49:
            torch.save(server.state_dict(), f"feed_{rnd + 1}.pt")


if __name__ == "__main__":
    main()
