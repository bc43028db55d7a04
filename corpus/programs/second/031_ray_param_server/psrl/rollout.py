import numpy as np
import ray
import torch
from torch.distributions import Categorical

from .env import HallEnv
from .net import HallNet


@ray.remote
class RolloutActor:
    def __init__(self, idx, server, fragment=20, gamma=0.98):
        torch.manual_seed(idx)
        self.server = server
        self.env = HallEnv(seed=idx)
        self.net = HallNet()
        self.fragment = fragment
        self.gamma = gamma
        self.obs = self.env.reset()
        self.carry = self._zeros()
        self.total = 0.0
        self.returns = []

    def _zeros(self):
        return torch.zeros(1, self.net.hidden), torch.zeros(1, self.net.hidden)

    def compute(self):
        self.net.set_weights(ray.get(self.server.get_weights.remote()))
        self.carry = tuple(c.detach() for c in self.carry)
        tape = []
        for _ in range(self.fragment):
            logits, value, self.carry = self.net.step(torch.as_tensor(self.obs)[None], self.carry)
            dist = Categorical(logits=logits)
            action = dist.sample()
            self.obs, reward, terminated, truncated, _ = self.env.step(int(action))
            done = terminated or truncated
            self.total += reward
            tape.append((dist.log_prob(action), dist.entropy(), value, reward, done))
            if done:
                self.returns.append(self.total)
                self.total = 0.0
                self.obs = self.env.reset()
                self.carry = self._zeros()
        with torch.no_grad():
            _, ret, _ = self.net.step(torch.as_tensor(self.obs)[None], self.carry)
        loss = 0.0
        for logp, ent, value, reward, done in reversed(tape):
            ret = reward + self.gamma * ret * (0.0 if done else 1.0)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 0.01 * ent).sum()
        self.net.zero_grad()
        loss.backward()
        return self.net.gradients()

    def stats(self):
        tail = self.returns[-50:]
        return float(np.mean(tail)) if tail else None
