"""Glass blowing from a latent world model, with a return to the best weights on divergence."""
from __future__ import annotations

import copy

import numpy as np
import torch
from torch.distributions import Categorical
from torch.nn import functional as F

from model import Policy, WorldModel


class GlassStudio:
    """Blow, turn, heat or wait; the viscosity of the gather is not visible."""

    def __init__(self, n: int, length: int = 150):
        self.n, self.length = n, length
        self.obs_dim, self.n_actions = 3, 4

    def reset(self) -> np.ndarray:
        self.heat = np.full(self.n, 1.0)
        self.radius = np.full(self.n, 0.2)
        self.sag = np.zeros(self.n)
        self.t = np.zeros(self.n, dtype=int)
        return self._look()

    def _look(self) -> np.ndarray:
        return np.stack([self.radius, self.sag, self.t / self.length], axis=1).astype(np.float32)

    def step(self, action: np.ndarray):
        soft = np.clip(self.heat, 0, 1.5)
        self.radius += 0.02 * soft * (action == 0)
        self.sag = np.where(action == 1, 0.8 * self.sag, self.sag + 0.01 * soft)
        self.heat = self.heat * 0.98 + 0.1 * (action == 2)
        self.t += 1
        broken = (self.sag > 0.5) | (self.radius > 1.2)
        done = broken | (self.t >= self.length)
        reward = np.where(done & ~broken, 5 * (1 - abs(self.radius - 1)), 0) - 1.0 * broken
        for array, start in ((self.heat, 1.0), (self.radius, 0.2), (self.sag, 0.0), (self.t, 0)):
            array[done] = start
        return self._look(), reward.astype(np.float32), done


class GlassAgent:
    def __init__(self, studio: GlassStudio):
        self.studio = studio
        self.world = WorldModel(studio.obs_dim, studio.n_actions)
        self.policy = Policy(self.world.h_dim + self.world.codes, studio.n_actions)
        params = [*self.world.parameters(), *self.policy.parameters()]
        self.optim = torch.optim.Adam(params, lr=3e-4)
        self.best: dict | None = None
        self.best_return = -np.inf
        self.start_over()

    def start_over(self) -> None:
        """New pieces on all pipes, and nothing remembered."""
        self.obs = torch.from_numpy(self.studio.reset())
        self.latent = self.world.blank(self.studio.n)
        self.action = torch.zeros(self.studio.n, dtype=torch.long)

    def collect_and_learn(self, steps: int) -> float:
        world_loss, log_probs, values, rewards, masks, entropy = 0.0, [], [], [], [], []
        for _ in range(steps):
            self.latent, features = self.world.step(self.latent, self.action, self.obs)
            recon = self.world.decode(features)
            world_loss = world_loss + F.mse_loss(recon, self.obs)
            logits, value = self.policy(features.detach())
            dist = Categorical(logits=logits)
            self.action = dist.sample()
            obs, reward, done = self.studio.step(self.action.numpy())
            reward_t = torch.from_numpy(reward)
            mask = 1.0 - torch.from_numpy(done).float()
            world_loss = world_loss + F.mse_loss(self.world.reward(features).squeeze(-1), reward_t)

            log_probs.append(dist.log_prob(self.action))
            entropy.append(dist.entropy().mean())
            values.append(value)
            rewards.append(reward_t)
            masks.append(mask)
            self.obs = torch.from_numpy(obs)
            self.latent = tuple(part * mask.unsqueeze(-1) for part in self.latent)
            self.action = self.action * mask.long()

        running = values[-1].detach() * masks[-1]
        targets = []
        for reward_t, mask in zip(reversed(rewards), reversed(masks)):
            running = reward_t + 0.98 * mask * running
            targets.append(running)
        target = torch.stack(targets[::-1])
        value = torch.stack(values)
        advantage = (target - value).detach()
        loss = world_loss / steps + F.mse_loss(value, target)
        loss = loss - (torch.stack(log_probs) * advantage).mean() - 0.01 * torch.stack(entropy).mean()
        self.optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.world.parameters(), 100.0)
        self.optim.step()
        self.latent = tuple(part.detach() for part in self.latent)
        return float(torch.stack(rewards).sum() / self.studio.n)

    def remember(self, value: float) -> None:
        self.best_return = value
        self.best = copy.deepcopy({"world": self.world.state_dict(), "policy": self.policy.state_dict()})

    def go_back(self) -> None:
        self.world.load_state_dict(self.best["world"])
        self.policy.load_state_dict(self.best["policy"])
        self.optim.state.clear()
        self.start_over()


def main(updates: int = 20_000) -> None:
    torch.manual_seed(0)
    agent = GlassAgent(GlassStudio(n=16))
    average = 0.0
    for update in range(updates):
        average = 0.98 * average + 0.02 * agent.collect_and_learn(steps=32)
        if update < 500:
            continue
        if average > agent.best_return:
            agent.remember(average)
        elif average < agent.best_return - 1.0:
            print(f"{update}: {average:.2f} is far below {agent.best_return:.2f}, going back")
            agent.go_back()
            average = agent.best_return
        if update % 200 == 0:
            print(f"{update}: return {average:.3f}")
    torch.save(agent.best, "glass_best.pt")


if __name__ == "__main__":
    main()
