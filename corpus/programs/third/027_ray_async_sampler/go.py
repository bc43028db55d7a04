from collections import deque

import gymnasium as gym
import numpy as np
import ray
import tyro

from asyncppo.config import PPOArgs
from asyncppo.learner import Learner
from asyncppo.net import Net
from asyncppo.sampler import Sampler


def main(cfg: PPOArgs):
    ray.init()
    probe = gym.make(cfg.env)
    learner = Learner(Net(probe.observation_space.shape[0], probe.action_space.n, cfg.hidden), cfg)
    samplers = [Sampler.remote(cfg, seed=i) for i in range(cfg.samplers)]
    w = ray.put(learner.weights())
    pending = {s.sample.remote(w, 0): s for s in samplers}
    recent = deque(maxlen=100)
    for it in range(cfg.iterations):
        ready, _ = ray.wait(list(pending), num_returns=1)
        sampler = pending.pop(ready[0])
        batch, scores = ray.get(ready[0])
        learner.step(batch)
        recent.extend(scores)
        pending[sampler.sample.remote(learner.weights(), learner.version)] = sampler
        if it % 50 == 0:
            print(it, round(float(np.mean(recent)), 1) if recent else "-")


if __name__ == "__main__":
    main(tyro.cli(PPOArgs))
