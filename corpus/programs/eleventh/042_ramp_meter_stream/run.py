import sys

import torch

from agent import StreamQ
from ramp import RampMeter


def main(days=2000):
    env, agent = RampMeter(), StreamQ()
    history = []
    for day in range(days):
        obs, done, total = env.reset(), False, 0.0
        agent.begin()
        agent.eps = max(0.02, 0.3 * (1 - day / (0.6 * days)))
        while not done:
            obs, r, done = env.step(agent.act(obs))
            agent.reward(r, done)
            total += r
        history.append(total)
        if day % 20 == 0:
            last = history[-20:]
            print(day, round(sum(last) / len(last), 2))
    torch.save(agent.net.state_dict(), "ramp.pt")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
