import argparse
import json
import time

import numpy as np
import torch

from critters.arena import Arena


def main():
    ap = argparse.ArgumentParser(description="Open-ended evolution of foraging critters")
    ap.add_argument("--critters", type=int, default=40)
    ap.add_argument("--food", type=int, default=60)
    ap.add_argument("--ticks", type=int, default=500_000)
    ap.add_argument("--takeover-every", type=int, default=25)
    ap.add_argument("--sigma", type=float, default=0.02)
    ap.add_argument("--seed", type=int, default=0)
    ns = ap.parse_args()

    torch.manual_seed(ns.seed)
    arena = Arena(ns.critters, ns.food, ns.seed)
    began = time.perf_counter()
    with open("arena.jsonl", "w") as out:
        for tick in range(1, ns.ticks + 1):
            arena.step()
            if tick % ns.takeover_every == 0:
                arena.takeover(ns.sigma)
            if tick % 5000 == 0:
                rate = float(np.mean([c.eaten / max(c.age, 1) for c in arena.critters]))
                row = {"tick": tick, "rate": rate, "deaths": sum(c.deaths for c in arena.critters)}
                out.write(json.dumps(row) + "\n")
                print(f"{tick:8d} {rate:.4f} {tick / (time.perf_counter() - began):.0f} ticks/s")
    torch.save([c.brain.state_dict() for c in arena.critters], "arena.pt")


if __name__ == "__main__":
    main()
