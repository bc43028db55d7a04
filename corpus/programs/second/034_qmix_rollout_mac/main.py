import argparse
import random

import numpy as np
import torch

from qmix.env import Foraging
from qmix.learner import Learner
from qmix.runner import ChunkRunner

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--chunks", type=int, default=40_000)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--limit", type=int, default=400)
    cli = ap.parse_args()
    env = Foraging(limit=cli.limit)
    learner = Learner(env)
    runner = ChunkRunner(env, learner)
    memory, loss = [], float("nan")
    for i in range(cli.chunks):
        memory.append(runner.run(max(0.05, 1 - i / 5000)))
        memory = memory[-2000:]
        if len(memory) >= cli.batch:
            picked = random.sample(memory, cli.batch)
            batch = {k: torch.as_tensor(np.stack([p[k] for p in picked])) for k in picked[0]}
            batch["reward"] = batch["reward"].float()
            batch["done"] = batch["done"].float()
            loss = learner.train(batch)
        if i % 100 == 0:
            print(i, f"loss {loss:.4f}", np.mean(runner.returns[-20:]) if runner.returns else None)
    torch.save(learner.mac.agent.state_dict(), "agent.th")
