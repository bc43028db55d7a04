import random
from collections import deque

import numpy as np
import torch


class EpisodeMemory:
    """Whole episodes, sampled as padded batches from their first step."""

    def __init__(self, capacity=2000):
        self.episodes = deque(maxlen=capacity)

    def __len__(self):
        return len(self.episodes)

    def push(self, obs, actions, rewards, terminal):
        self.episodes.append((np.stack(obs), np.array(actions), np.array(rewards, dtype=np.float32), terminal))

    def sample(self, n):
        chosen = random.sample(self.episodes, n)
        longest = max(len(e[1]) for e in chosen)
        dim = chosen[0][0].shape[1]
        obs = torch.zeros(n, longest + 1, dim)
        act = torch.zeros(n, longest, dtype=torch.long)
        rew, valid, cont = torch.zeros(n, longest), torch.zeros(n, longest), torch.ones(n, longest)
        for i, (o, a, r, terminal) in enumerate(chosen):
            t = len(a)
            obs[i, :t + 1] = torch.from_numpy(o)
            act[i, :t] = torch.from_numpy(a)
            rew[i, :t] = torch.from_numpy(r)
            valid[i, :t] = 1.0
            if terminal:
                cont[i, t - 1] = 0.0
        return obs, act, rew, valid, cont
