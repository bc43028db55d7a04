import argparse
import random
from collections import deque

import numpy as np
import torch

from brewery.sac import SlowActorSAC
from brewery.tank import Tank


def batch_of(store, n, length):
    obs, act, rew = [], [], []
    for _ in range(n):
        o, a, r = random.choice(store)
        i = random.randrange(0, len(a) - length)
        obs.append(o[i : i + length + 1])
        act.append(a[i : i + length])
        rew.append(r[i : i + length])
    return tuple(torch.from_numpy(np.stack(x)) for x in (obs, act, rew))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=2000)
    ap.add_argument("--tau", type=float, default=0.01)
    ns = ap.parse_args()
    env, agent, store = Tank(), SlowActorSAC(Tank.n_obs, Tank.n_act, tau=ns.tau), deque(maxlen=300)
    for ep in range(ns.episodes):
        obs, over = env.reset(), False
        agent.begin()
        O, A, R = [obs], [], []
        while not over:
            u = agent.drive(obs)
            obs, r, over = env.step(u)
            O.append(obs)
            A.append(np.array([u], dtype=np.float32))
            R.append(np.float32(r))
            if len(store) > 10 and len(A) % 8 == 0:
                agent.update(*batch_of(store, 16, 40))
        store.append((np.stack(O), np.stack(A), np.array(R, dtype=np.float32)))
        if ep % 20 == 0:
            print(ep, round(float(np.sum(R)), 3))
    torch.save(agent.driver.state_dict(), "brewery.pt")


if __name__ == "__main__":
    main()
