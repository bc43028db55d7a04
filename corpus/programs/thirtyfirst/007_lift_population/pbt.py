import json
import random

import torch

from member import Member

POPULATION = 8
GENERATIONS = 300
UPDATES = 25
FRACTION = 0.25


def sample_hypers():
    return {
        "lr": 10 ** random.uniform(-4.2, -3),
        "gamma": random.choice([0.97, 0.98, 0.99]),
        "clip": random.uniform(0.1, 0.3),
        "entropy": 10 ** random.uniform(-3, -1.5),
    }


def explore(hypers):
    out = {}
    for k, v in hypers.items():
        out[k] = v * random.choice([0.8, 1.25])
    out["gamma"] = min(max(hypers["gamma"] + random.choice([-0.003, 0.003]), 0.9), 0.998)
    out["clip"] = min(out["clip"], 0.4)
    return out


def truncation_select(members):
    ranked = sorted(members, key=lambda m: m.fitness, reverse=True)
    k = max(1, int(len(ranked) * FRACTION))
    return ranked[:k], ranked[-k:]


def main():
    random.seed(0)
    torch.manual_seed(0)
    members = [Member(i, sample_hypers()) for i in range(POPULATION)]
    history = []
    for generation in range(GENERATIONS):
        for m in members:
            for _ in range(UPDATES):
                m.learn()
        top, bottom = truncation_select(members)
        for loser in bottom:
            winner = random.choice(top)
            loser.inherit(winner)
            loser.hypers = explore(loser.hypers)
            loser.set_lr(loser.hypers["lr"])
            history.append({"generation": generation, "from": winner.ident, "to": loser.ident, **loser.hypers})
        print(f"gen {generation:3d}  " + "  ".join(f"{m.ident}:{m.fitness:.2f}" for m in members))
    best = max(members, key=lambda m: m.fitness)
    torch.save(best.net.state_dict(), "lifts_best.pt")
    with open("lineage.json", "w") as f:
        json.dump(history, f, indent=1)


if __name__ == "__main__":
    main()
