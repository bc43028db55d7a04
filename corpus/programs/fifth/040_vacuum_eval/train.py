import argparse
import random
from collections import deque

import numpy as np

from vacuum.agent import DRQNAgent
from vacuum.evaluate import evaluate
from vacuum.rooms import Room


def play(env, agent, eps):
    agent.begin_episode()
    obs, _ = env.reset()
    done = False
    ep = {"obs": [obs], "act": [], "rew": []}
    while not done:
        a = agent.act(obs, eps)
        obs, r, term, trunc, _ = env.step(a)
        done = term or trunc
        ep["obs"].append(obs)
        ep["act"].append(a)
        ep["rew"].append(np.float32(r))
    return {k: np.asarray(v) for k, v in ep.items()}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=5000)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--eval-every", type=int, default=100)
    ns = ap.parse_args()
    env, memory = Room(), deque(maxlen=1000)
    agent = DRQNAgent(6, 4)
    for k in range(1, ns.episodes + 1):
        memory.append(play(env, agent, eps=max(0.05, 1 - k / 1000)))
        if len(memory) >= 50:
            for _ in range(4):
                agent.learn(random.sample(list(memory), ns.batch))
        if k % ns.eval_every == 0:
            print(k, evaluate(agent))


if __name__ == "__main__":
    main()
