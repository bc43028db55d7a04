import argparse
import logging

import gymnasium as gym
import numpy as np
import torch

from windowpbt import WindowAgent, evolve
from windowpbt.agent import Genes


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--agents", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--updates", type=int, default=50)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    rng = np.random.default_rng(0)
    agents = [
        WindowAgent(i, gym.make(args.env), Genes(float(10 ** rng.uniform(-4, -2.5)), float(10 ** rng.uniform(-3, -1))))
        for i in range(args.agents)
    ]
    for rnd in range(args.rounds):
        for a in agents:
            a.train(args.updates)
        print(rnd, [round(a.fitness, 1) for a in agents])
        evolve(agents, rng)
    torch.save(max(agents, key=lambda a: a.fitness).net.state_dict(), "window.pt")


if __name__ == "__main__":
    main()
