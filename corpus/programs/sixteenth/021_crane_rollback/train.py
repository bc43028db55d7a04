from collections import deque

import gymnasium as gym
import numpy as np
import torch

import crane_sim  # noqa: F401
from agent import CraneAgent

N_ENVS = 16
HORIZON = 32
UPDATES = 30_000


def tensor(x):
    return torch.as_tensor(np.asarray(x), dtype=torch.float32)


def main():
    envs = gym.make_vec("CraneSway-v0", num_envs=N_ENVS)
    agent = CraneAgent(envs.single_observation_space.shape[0], envs.single_action_space.shape[0], N_ENVS)
    scores = deque(maxlen=100)
    running = np.zeros(N_ENVS)
    best = -np.inf

    obs, _ = envs.reset(seed=0)
    for upd in range(UPDATES):
        logp, ent, val, rew, dones = [], [], [], [], []
        for _ in range(HORIZON):
            a, lp, e, v = agent.act(tensor(obs))
            obs, r, term, trunc, _ = envs.step(a.numpy())
            done = term | trunc
            running += r
            for i in np.flatnonzero(done):
                scores.append(running[i])
                running[i] = 0.0
            agent.reset_memory(torch.as_tensor(done))
            logp.append(lp)
            ent.append(e)
            val.append(v)
            rew.append(tensor(r))
            dones.append(torch.as_tensor(done))
        agent.learn(logp, ent, val, rew, dones, agent.value(tensor(obs)))

        if upd % 100 or len(scores) < scores.maxlen:
            continue
        mean = float(np.mean(scores))
        print(f"{upd:6d} score {mean:8.2f} best {best:8.2f} lr {agent.lr:.1e}")
        if mean > best:
            best = mean
            agent.mark_best()
        elif mean < best - 0.3 * abs(best):
            agent.rollback()
            scores.clear()
    torch.save(agent.best, "crane_best.pt")


if __name__ == "__main__":
    main()
