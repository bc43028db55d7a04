import numpy as np
import torch

from model import CrowdNet


class Station:
    """Gates of one station, the action opens or closes one of the three gate lines."""

    OBS, ACTIONS = 8, 6

    def __init__(self, rng, scale):
        self.rng, self.scale = rng, scale

    def reset(self):
        self.queue = self.rng.uniform(0, 5, 3)
        self.platform = 10.0
        self.gates = np.ones(3)
        self.minute = 0
        return self.obs()

    def obs(self):
        return np.concatenate(
            [self.queue / 20, self.gates, [self.platform / 100, self.minute / 120]]
        ).astype(np.float32)

    def step(self, a):
        self.gates[a % 3] = float(a >= 3)
        self.minute += 1
        self.queue += self.rng.poisson(self.scale * (1 + np.sin(np.pi * self.minute / 120)), 3)
        through = np.minimum(self.queue, 5 * self.gates)
        self.queue -= through
        self.platform += through.sum()
        if self.minute % 4 == 0:
            self.platform = max(0.0, self.platform - 45)
        reward = -0.02 * self.queue.sum() - 0.05 * max(0.0, self.platform - 60)
        return self.obs(), reward, self.minute >= 120


class RolloutWorker:
    def __init__(self, idx, fragment):
        rng = np.random.default_rng(idx)
        self.env = Station(rng, scale=rng.uniform(1.0, 3.0))
        self.net = CrowdNet(Station.OBS, Station.ACTIONS)
        self.fragment = fragment
        self.obs = self.env.reset()
        self.h = torch.zeros(1, 1, self.net.hidden_size)

    def set_weights(self, weights):
        self.net.load_state_dict(weights)

    @torch.no_grad()
    def sample(self, gamma=0.98):
        obs, actions, rewards, dones = [], [], [], []
        h0 = self.h.clone()
        for _ in range(self.fragment):
            x = torch.from_numpy(self.obs).view(1, 1, -1)
            logits, _, self.h = self.net(x, self.h)
            a = int(torch.distributions.Categorical(logits=logits.view(-1)).sample())
            obs.append(x[0])
            actions.append(a)
            self.obs, r, done = self.env.step(a)
            rewards.append(r)
            dones.append(done)
            if done:
                self.obs = self.env.reset()
                self.h = torch.zeros_like(self.h)
        tail = self.net(torch.from_numpy(self.obs).view(1, 1, -1), self.h)[1].item()
        returns = []
        for r, d in zip(reversed(rewards), reversed(dones)):
            tail = r + gamma * tail * (not d)
            returns.append(tail)
        return {
            "h0": h0,
            "obs": torch.stack(obs),
            "actions": torch.tensor(actions),
            "rewards": torch.tensor(rewards),
            "returns": torch.tensor(returns[::-1], dtype=torch.float32),
            "dones": dones,
        }
