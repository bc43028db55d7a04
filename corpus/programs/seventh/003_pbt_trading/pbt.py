"""Population based training of recurrent traders."""
import copy
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from market import IntradayMarket

HIDDEN = 32


class RecurrentHead(nn.Module):
    def __init__(self, obs_dim, out_dim):
        super().__init__()
        self.lstm = nn.LSTMCell(obs_dim, HIDDEN)
        self.out = nn.Linear(HIDDEN, out_dim)

    def forward(self, obs, state):
        h, c = self.lstm(obs, state)
        return self.out(h), (h, c)


def zero_state():
    return torch.zeros(1, HIDDEN), torch.zeros(1, HIDDEN)


class Trader:
    def __init__(self, index):
        self.index = index
        self.env = IntradayMarket(seed=index)
        self.actor = RecurrentHead(self.env.obs_dim, 3)
        self.critic = RecurrentHead(self.env.obs_dim, 1)
        self.hyper = {"lr": 10 ** random.uniform(-4, -2.5), "entropy": 10 ** random.uniform(-3, -1.5)}
        params = list(self.actor.parameters()) + list(self.critic.parameters())
        self.optimizer = torch.optim.Adam(params, lr=self.hyper["lr"])
        self.score = 0.0
        self.obs = self.env.reset()
        self.actor_state = zero_state()
        self.critic_state = zero_state()

    def train_steps(self, n_updates, unroll=40, gamma=0.97):
        total = 0.0
        for _ in range(n_updates):
            self.actor_state = tuple(s.detach() for s in self.actor_state)
            self.critic_state = tuple(s.detach() for s in self.critic_state)
            logps, values, rewards, masks, ents = [], [], [], [], []
            for _ in range(unroll):
                x = torch.as_tensor(self.obs).unsqueeze(0)
                logits, self.actor_state = self.actor(x, self.actor_state)
                value, self.critic_state = self.critic(x, self.critic_state)
                dist = Categorical(logits=logits)
                action = dist.sample()
                self.obs, reward, done = self.env.step(action.item())
                logps.append(dist.log_prob(action))
                ents.append(dist.entropy())
                values.append(value.squeeze())
                rewards.append(reward)
                masks.append(0.0 if done else 1.0)
                total += reward
                if done:
                    self.obs = self.env.reset()
                    self.actor_state = zero_state()
                    self.critic_state = zero_state()
            with torch.no_grad():
                boot, _ = self.critic(torch.as_tensor(self.obs).unsqueeze(0), self.critic_state)
            ret, targets = boot.squeeze(), []
            for r, m in zip(reversed(rewards), reversed(masks)):
                ret = r + gamma * m * ret
                targets.insert(0, ret)
            targets, values = torch.stack(targets), torch.stack(values)
            adv = targets - values.detach()
            loss = (-(torch.cat(logps) * adv).mean() + 0.5 * (targets - values).pow(2).mean()
                    - self.hyper["entropy"] * torch.cat(ents).mean())
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        self.score = 0.7 * self.score + 0.3 * total / n_updates

    def exploit(self, other):
        self.actor.load_state_dict(other.actor.state_dict())
        self.critic.load_state_dict(other.critic.state_dict())
        self.optimizer.load_state_dict(copy.deepcopy(other.optimizer.state_dict()))
        self.hyper = dict(other.hyper)
        self.actor_state = zero_state()
        self.score = other.score

    def explore(self):
        for key in self.hyper:
            self.hyper[key] *= random.choice([0.8, 1.25])
        for group in self.optimizer.param_groups:
            group["lr"] = self.hyper["lr"]


def evolve(population, fraction=0.25):
    ranked = sorted(population, key=lambda m: m.score)
    n = max(1, int(len(ranked) * fraction))
    for loser in ranked[:n]:
        winner = random.choice(ranked[-n:])
        print(f"  trader {loser.index} ({loser.score:.3f}) <- trader {winner.index} ({winner.score:.3f})")
        loser.exploit(winner)
        loser.explore()


def main(population_size=8, generations=100, updates_per_generation=25):
    population = [Trader(i) for i in range(population_size)]
    for generation in range(generations):
        for trader in population:
            trader.train_steps(updates_per_generation)
        best = max(population, key=lambda m: m.score)
        print(f"generation {generation}: best {best.index} {best.score:.3f} {best.hyper}")
        evolve(population)
    best = max(population, key=lambda m: m.score)
    torch.save({"actor": best.actor.state_dict(), "critic": best.critic.state_dict()}, "best_trader.pt")


if __name__ == "__main__":
    main()
