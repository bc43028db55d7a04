import math
import random

import numpy as np
import torch

from sac import SAC
from shower import Shower

EPISODES, UPDATE_EVERY, BATCH, WARMUP = 1500, 20, 16, 20


def batch(memory):
    eps = random.sample(memory, BATCH)
    cols = [np.stack([e[i] for e in eps]) for i in range(4)]
    return [torch.as_tensor(c, dtype=torch.float32) for c in cols]


def main():
    env, agent, memory = Shower(), SAC(), []
    for ep in range(EPISODES):
        obs, done = env.reset(), False
        agent.begin_episode()
        O, A, R, N = [], [], [], []
        while not done:
            a = agent.act(obs)
            nxt, r, done = env.step(a)
            O.append(obs), A.append([a]), R.append([r]), N.append(nxt)
            obs = nxt
            if len(memory) >= WARMUP and env.t % UPDATE_EVERY == 0:
                q_loss, pi_loss = agent.update(*batch(memory))
                if not math.isfinite(q_loss) or q_loss > 1e3 or not math.isfinite(pi_loss):
                    print("diverged, going back to the last good networks")
                    agent.recover()
        memory.append((O, A, R, N))
        memory = memory[-500:]
        ret = float(np.sum(R))
        if ep % 10 == 0:
            agent.remember()
            print(ep, round(ret, 2))


if __name__ == "__main__":
    main()
