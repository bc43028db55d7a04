import logging

import ray

from ppo_ray.trainer import Trainer

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    ray.init()

    def creator(seed):
        from fastgrid import FastGrid
        return FastGrid(16, seed=seed)

    Trainer(creator, {"model": {"obs": 50, "act": 5, "h": 128}, "lr": 3e-4, "n_workers": 8, "T": 64, "gamma": 0.99}).fit(100_000)
