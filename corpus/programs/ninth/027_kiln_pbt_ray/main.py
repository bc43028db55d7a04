import os
import random

import hydra
import ray
from omegaconf import DictConfig, OmegaConf

from trial import Trial


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig):
    conf = OmegaConf.to_container(cfg, resolve=True)
    os.makedirs(conf["ckpt_dir"], exist_ok=True)
    ray.init()
    trials = [Trial.remote(i, conf, conf["hparams"]) for i in range(conf["population"])]

    for rnd in range(conf["rounds"]):
        scores = ray.get([t.run.remote(conf["updates_per_round"]) for t in trials])
        paths = ray.get([t.save.remote() for t in trials])
        order = sorted(range(len(trials)), key=lambda i: scores[i])
        k = max(1, int(conf["quantile"] * len(order)))
        jobs = []
        for loser in order[:k]:
            winner = random.choice(order[-k:])
            factor = [random.choice((0.8, 1.25)), random.choice((0.8, 1.25)), 1.0]
            jobs.append(trials[loser].exploit.remote(paths[winner], factor))
        print(f"round {rnd}: best {scores[order[-1]]:.3f} worst {scores[order[0]]:.3f}", ray.get(jobs))


if __name__ == "__main__":
    main()
