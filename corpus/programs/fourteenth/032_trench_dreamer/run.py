import random
from collections import deque

import numpy as np
import torch

from world import WorldModel


class Trench:
    """Submarine in a winding trench: side sonar with dropouts, unknown current."""

    def __init__(self, length=800):
        self.length = length

    def reset(self):
        self.x, self.vy, self.y = 0.0, 0.0, 0.0
        self.phase, self.current = random.uniform(0, 6.28), random.uniform(-0.02, 0.02)
        self.t = 0
        return self.look()

    def centre(self):
        return np.sin(0.05 * self.x + self.phase)

    def look(self):
        off = self.y - self.centre()
        sonar = [1 - off, 1 + off] if random.random() > 0.4 else [0.0, 0.0]
        return np.array([*sonar, self.vy, self.t / self.length], dtype=np.float32)

    def step(self, a):
        self.vy = 0.9 * self.vy + 0.05 * float(a[0]) + self.current * 0.1
        self.y += self.vy
        self.x += 0.5 + 0.3 * float(a[1])
        self.t += 1
        off = abs(self.y - self.centre())
        return self.look(), 0.5 - off, off > 1.0 or self.t >= self.length


class Helm:
    """Acting copy of the world model, refreshed while the boat is under way."""

    def __init__(self, n_obs, n_act, context=40):
        self.model = WorldModel(n_obs, n_act).eval()
        self.n_act = n_act
        self.recent = deque(maxlen=context)
        self.cast_off()

    def cast_off(self):
        self.recent.clear()
        self.hz = self.model.start(1)
        self.act = torch.zeros(1, self.n_act)

    @torch.no_grad()
    def refresh(self, learner):
        self.model.load_state_dict(learner.state_dict())
        self.hz = self.model.start(1)
        for act, obs in self.recent:
            self.hz, _, _ = self.model.observe(self.hz, act, obs)

    @torch.no_grad()
    def steer(self, obs, noise=0.2):
        obs = torch.as_tensor(obs).unsqueeze(0)
        self.recent.append((self.act, obs))
        self.hz, _, _ = self.model.observe(self.hz, self.act, obs)
        mean = self.model.policy(torch.cat(self.hz, -1))
        self.act = (mean + noise * torch.randn_like(mean)).clamp(-1, 1)
        return self.act[0].numpy()


def sample(episodes, batch=16, length=40):
    rows = []
    for _ in range(batch):
        ep = random.choice(episodes)
        i = random.randrange(len(ep) - length + 1)
        rows.append(ep[i:i + length])
    obs, act, rew = (torch.tensor(np.array([[s[k] for s in r] for r in rows]), dtype=torch.float32) for k in range(3))
    return obs, act, rew


def main():
    env, learner, helm = Trench(), WorldModel(4, 2), Helm(4, 2)
    opt = torch.optim.Adam(learner.parameters(), lr=4e-4)
    episodes, current, ret = [], [], 0.0
    obs = env.reset()
    prev = np.zeros(2, dtype=np.float32)
    reward = 0.0
    for step in range(1, 300_001):
        current.append((obs, prev, reward))
        prev = helm.steer(obs)
        obs, reward, done = env.step(prev)
        ret += reward
        if done:
            if len(current) >= 40:
                episodes = (episodes + [current])[-500:]
            print(f"{step:7d} return {ret:8.2f} length {len(current)}")
            current, ret, reward = [], 0.0, 0.0
            obs, prev = env.reset(), np.zeros(2, dtype=np.float32)
            helm.cast_off()
        if step % 10 == 0 and len(episodes) > 5:
            opt.zero_grad()
            learner.loss(*sample(episodes)).backward()
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 100.0)
            opt.step()
        if step % 250 == 0:
            helm.refresh(learner)


if __name__ == "__main__":
    main()
