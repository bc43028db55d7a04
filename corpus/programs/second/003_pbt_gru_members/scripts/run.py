import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import torch

from gridpbt.population import Population


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--population", type=int, default=8)
    ap.add_argument("--generations", type=int, default=60)
    ap.add_argument("--interval", type=int, default=200)
    ap.add_argument("--out", type=Path, default=Path("pbt_out"))
    args = ap.parse_args()
    args.out.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    pop = Population(args.population)
    lineage = []
    for gen in range(args.generations):
        for m in pop.members:
            m.train(args.interval)
        events = pop.evolve()
        lineage.append({"gen": gen, "events": events, "scores": [m.stats.score() for m in pop.members]})
        print(gen, [f"{m.stats.score():.1f}" for m in pop.members], events)
        (args.out / "lineage.json").write_text(json.dumps(lineage))
    best = pop.ranked()[-1]
    torch.save(best.model.state_dict(), args.out / "best.pt")


if __name__ == "__main__":
    main()
