import argparse
import json
import os

import torch
import yaml

from pbt import Population

DEFAULTS = {
    "population": 8,
    "generations": 400,
    "chunks_per_generation": 30,
    "seed": 11,
    "hparams": {"lr": 5e-4, "entropy": 5e-3, "gamma": 0.98},
    "out": "runs/battery",
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default=None)
    opts = parser.parse_args()
    cfg = dict(DEFAULTS)
    if opts.config:
        with open(opts.config) as fh:
            cfg.update(yaml.safe_load(fh))
    torch.manual_seed(cfg["seed"])
    os.makedirs(cfg["out"], exist_ok=True)

    pop = Population(cfg["population"], cfg["hparams"], seed=cfg["seed"])
    log = open(os.path.join(cfg["out"], "log.jsonl"), "w")
    for gen in range(cfg["generations"]):
        earned = [m.run_segment(cfg["chunks_per_generation"]) for m in pop.members]
        best = pop.best
        log.write(json.dumps({"gen": gen, "best": best.score, "mean": sum(earned) / len(earned)}) + "\n")
        log.flush()
        if gen % 20 == 0:
            torch.save({"net": best.net.state_dict(), "hparams": best.hparams, "gen": gen},
                       os.path.join(cfg["out"], "best.pt"))
        pop.exploit_and_explore()
    log.close()


if __name__ == "__main__":
    main()
