"""Bargaining over a bundle of goods, trained by self-play against past versions of the buyer."""
import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

N_OFFERS = 11
MAX_TURNS = 20


@dataclass
class Config:
    episodes: int = 20000
    gamma: float = 0.98
    lr: float = 5e-4
    archive_every: int = 500
    archive_limit: int = 30
    latest_prob: float = 0.5


class Negotiator(nn.Module):
    def __init__(self, obs_dim=4, width=48):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(obs_dim, width)
        self.gru = nn.GRUCell(width, width)
        self.offer_head = nn.Linear(width, N_OFFERS)
        self.baseline = nn.Linear(width, 1)

    def forward(self, obs, memory=None):
        if memory is None:
            memory = obs.new_zeros(obs.shape[0], self.width)
        memory = self.gru(torch.relu(self.fc(obs)), memory)
        return self.offer_head(memory), self.baseline(memory), memory


class Archive:
    """Past weights of the learner, stored on the CPU as clones."""

    def __init__(self, limit):
        self.limit = limit
        self.entries = []

    def add(self, net):
        self.entries.append({k: v.detach().cpu().clone() for k, v in net.state_dict().items()})
        if len(self.entries) > self.limit:
            self.entries.pop(random.randrange(len(self.entries) - 1))

    def sample(self, latest_prob):
        if random.random() < latest_prob:
            return self.entries[-1]
        return random.choice(self.entries)


class HaggleEnv:
    def __init__(self, archive: Archive, latest_prob: float):
        self.archive = archive
        self.latest_prob = latest_prob
        self.seller = Negotiator()
        self.seller_memory = None

    def reset(self):
        self.seller.load_state_dict(self.archive.sample(self.latest_prob))
        self.seller_memory = None
        self.turn = 0
        self.value = np.random.uniform(0.5, 1.0)
        self.cost = np.random.uniform(0.0, 0.5)
        self.bid, self.ask = 0.0, 1.0
        return self._buyer_obs()

    def _buyer_obs(self):
        return np.array([self.value, self.ask, self.bid, self.turn / MAX_TURNS], dtype=np.float32)

    def _seller_obs(self):
        return np.array([1 - self.cost, 1 - self.bid, 1 - self.ask, self.turn / MAX_TURNS], dtype=np.float32)

    def step(self, offer: int):
        self.turn += 1
        self.bid = offer / (N_OFFERS - 1)
        if self.bid >= self.ask:
            return self._buyer_obs(), self.value - self.ask, True

        with torch.no_grad():
            logits, _, self.seller_memory = self.seller(
                torch.from_numpy(self._seller_obs()).unsqueeze(0), self.seller_memory
            )
        answer = torch.distributions.Categorical(logits=logits).sample().item()
        self.ask = 1.0 - answer / (N_OFFERS - 1)
        if self.ask <= self.bid:
            return self._buyer_obs(), self.value - self.bid, True
        return self._buyer_obs(), 0.0, self.turn >= MAX_TURNS


def play_episode(env, net):
    obs, done, memory = env.reset(), False, None
    log_probs, values, rewards = [], [], []
    while not done:
        logits, value, memory = net(torch.from_numpy(obs).unsqueeze(0), memory)
        dist = torch.distributions.Categorical(logits=logits)
        offer = dist.sample()
        obs, reward, done = env.step(offer.item())
        log_probs.append(dist.log_prob(offer))
        values.append(value.squeeze())
        rewards.append(reward)
    return log_probs, values, rewards


def main(cfg=Config()):
    net = Negotiator()
    archive = Archive(cfg.archive_limit)
    archive.add(net)
    env = HaggleEnv(archive, cfg.latest_prob)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    smoothed = 0.0

    for episode in range(1, cfg.episodes + 1):
        log_probs, values, rewards = play_episode(env, net)
        ret, returns = 0.0, []
        for r in reversed(rewards):
            ret = r + cfg.gamma * ret
            returns.insert(0, ret)
        returns = torch.tensor(returns)
        values = torch.stack(values)
        adv = returns - values.detach()
        loss = -(torch.cat(log_probs) * adv).sum() + F.mse_loss(values, returns)
        opt.zero_grad()
        loss.backward()
        opt.step()

        smoothed = 0.99 * smoothed + 0.01 * sum(rewards)
        if episode % cfg.archive_every == 0:
            archive.add(net)
            print(f"[{episode}] surplus {smoothed:.3f} archive {len(archive.entries)}")


if __name__ == "__main__":
    main()
