import random

import numpy as np

from agents import make_agent
from tower_env import TowerEnv

GROUP = 6
DAYS = 3000
SHARE_EVERY = 50


def run_day(agent, env):
    obs = env.reset()
    total, done = 0.0, False
    while not done:
        action = agent.act(obs)
        obs, reward, done, _ = env.step(action)
        total += reward
        agent.observe(obs, reward, done, done)
    return total


def main():
    envs = [TowerEnv(seed=s) for s in range(GROUP)]
    lrs = [random.choice([1e-4, 3e-4, 1e-3]) for _ in range(GROUP)]
    group = [make_agent(e, lr, 0.01) for e, lr in zip(envs, lrs)]
    scores = [[] for _ in range(GROUP)]

    for day in range(1, DAYS + 1):
        for i in range(GROUP):
            scores[i].append(run_day(group[i], envs[i]))

        if day % SHARE_EVERY == 0:
            means = [np.mean(s[-20:]) for s in scores]
            order = np.argsort(means)
            worst, best = order[0], order[-1]
            group[worst].model.load_state_dict(group[best].model.state_dict())
            factor = random.choice([0.8, 1.2])
            for g in group[worst].optimizer.param_groups:
                g["lr"] = lrs[best] * factor
            lrs[worst] = lrs[best] * factor
            print("day", day, "best", means[best], "worst", means[worst])

    winner = int(np.argmax([np.mean(s[-20:]) for s in scores]))
    group[winner].save("tower_best")


if __name__ == "__main__":
    main()
