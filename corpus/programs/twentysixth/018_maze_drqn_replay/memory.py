import random
from collections import deque

import numpy as np
import torch


class EpisodeMemory:
    def __init__(self, capacity: int) -> None:
        self.data = deque(maxlen=capacity)

    def push(self, obs, act, rew, terminal) -> None:
        self.data.append((np.stack(obs), np.array(act), np.array(rew, np.float32), terminal))

    def __len__(self):
        return len(self.data)

    def sample(self, k: int):
        eps = random.sample(self.data, k)
        T = max(len(e[1]) for e in eps)
        obs = torch.zeros(k, T + 1, eps[0][0].shape[1])
        act = torch.zeros(k, T, dtype=torch.long)
        rew, mask, cont = torch.zeros(k, T), torch.zeros(k, T), torch.ones(k, T)
        for i, (o, a, r, term) in enumerate(eps):
            n = len(a)
            obs[i, : n + 1] = torch.from_numpy(o)
            act[i, :n] = torch.from_numpy(a)
            rew[i, :n] = torch.from_numpy(r)
            mask[i, :n] = 1
            if term:
                cont[i, n - 1] = 0
        return obs, act, rew, mask, cont
