import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Normal


class CHOCulture:
    """Crude fed-batch CHO model: viable cells, glucose, lactate, titer."""

    def __init__(self, seed=0, hours=240):
        self.rng = np.random.default_rng(seed)
        self.hours = hours

    def reset(self):
        self.t = 0
        self.x = np.array([0.4, 6.0, 0.1, 0.0]) * self.rng.uniform(0.9, 1.1, 4)
        self.mu_max = self.rng.uniform(0.028, 0.04)
        return self._obs()

    def _obs(self):
        noise = self.rng.normal(0, 0.02, 4)
        return (self.x * (1 + noise) / np.array([10, 10, 5, 3])).astype(np.float32)

    def step(self, feed):
        xv, glc, lac, p = self.x
        mu = self.mu_max * glc / (glc + 0.5) * 1 / (1 + lac / 4)
        dx = mu * xv - 0.008 * xv * lac
        dg = feed - 0.12 * xv * glc / (glc + 0.2)
        dl = 0.05 * xv * max(glc - 3, 0) - 0.01 * lac
        dp = 0.002 * xv
        self.x = np.maximum(self.x + np.array([dx, dg, dl, dp]), 0)
        self.t += 1
        done = self.t >= self.hours or self.x[0] < 0.05
        return self._obs(), dp * 100 - 0.01 * feed, done


class FeedPolicy(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(4, hidden)
        self.mu = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor([-1.0]))

    def forward(self, obs, h):
        h = self.gru(obs, h)
        return Normal(self.mu(h), self.log_std.exp()), h


def discounted(rewards, gamma=0.99):
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    out = torch.tensor(out[::-1], dtype=torch.float32)
    return (out - out.mean()) / (out.std() + 1e-6)


def train(n_batches=2000):
    culture = CHOCulture()
    policy = FeedPolicy()
    opt = torch.optim.Adam(policy.parameters(), lr=7e-4)
    h = torch.zeros(1, policy.hidden)
    titers = []
    for batch in range(n_batches):
        obs = culture.reset()
        h = h.detach()
        logps, rewards = [], []
        done = False
        while not done:
            dist, h = policy(torch.from_numpy(obs).unsqueeze(0), h)
            raw = dist.sample()
            logps.append(dist.log_prob(raw).sum())
            feed = float(torch.sigmoid(raw)) * 0.5
            obs, reward, done = culture.step(feed)
            rewards.append(reward)
        loss = -(torch.stack(logps) * discounted(rewards)).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        opt.step()
        titers.append(culture.x[3])
        if batch % 50 == 0:
            print(batch, "titer", np.mean(titers[-50:]))
    torch.save(policy.state_dict(), "feed_policy.pt")


if __name__ == "__main__":
    torch.manual_seed(1)
    train()
