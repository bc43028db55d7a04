import gymnasium as gym
import numpy as np
import ray
import torch
from gymnasium import spaces
from torch import nn


class PlatformFlow(gym.Env):
    observation_space = spaces.Box(0, np.inf, (5,), np.float32)
    action_space = spaces.Discrete(3)

    def __init__(self, line):
        self.line = line

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.people = self.np_random.uniform(0, 80, 4)
        self.k = 0
        return self._o(), {}

    def _o(self):
        return np.append(self.people / 100, self.k / 200).astype(np.float32)

    def step(self, action):
        self.k += 1
        speed = (0.6, 1.0, 1.4)[action]
        flow = np.minimum(self.people, 12 * speed)
        self.people = self.people - flow + np.roll(flow, 1) * 0.5 + self.np_random.poisson(4 + self.line, 4)
        reward = -float(np.maximum(self.people - 90, 0).sum()) / 50 - 0.05 * speed
        return self._o(), reward, False, self.k >= 200, {}


class FlowNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(5, hidden)
        self.pi = nn.Linear(hidden, 3)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.pi(y), state


@ray.remote(num_cpus=1)
class FlowWorker:
    def __init__(self, line, seed):
        self.env = PlatformFlow(line)
        self.net = FlowNet()
        self.seed = seed
        self.obs = None
        self.state = None

    def set_weights(self, weights):
        self.net.load_state_dict(weights)

    def restart(self):
        self.obs, _ = self.env.reset(seed=self.seed)
        self.seed += 1
        self.state = None

    @torch.no_grad()
    def collect(self, n):
        xs, acts, rews, ends = [], [], [], []
        for _ in range(n):
            x = torch.as_tensor(self.obs).view(1, 1, -1)
            logits, self.state = self.net(x, self.state)
            a = int(torch.distributions.Categorical(logits=logits.flatten()).sample())
            self.obs, r, term, trunc, _ = self.env.step(a)
            xs.append(x.flatten())
            acts.append(a)
            rews.append(r)
            ends.append(term or trunc)
            if term or trunc:
                self.restart()
        return torch.stack(xs), acts, rews, ends
