import copy
import random
from collections import deque

import torch
import torch.nn.functional as F

from nets import RecurrentActor, RecurrentCritic


class RDPGAgent:
    """Recurrent DDPG. The plant is driven by the slowly moving average of the actor,
    that gives much smoother valve movements than the raw actor."""

    def __init__(self, n_obs, n_act, gamma=0.99, tau=0.005, seq=40, lr=3e-4):
        self.actor = RecurrentActor(n_obs, n_act)
        self.critic = RecurrentCritic(n_obs, n_act)
        self.slow_actor = copy.deepcopy(self.actor)
        self.slow_critic = copy.deepcopy(self.critic)
        self.pi_opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.q_opt = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self.gamma, self.tau, self.seq = gamma, tau, seq
        self.episodes = deque(maxlen=500)
        self.h = self.slow_actor.zero()

    def begin_episode(self):
        self.h = self.slow_actor.zero()
        self.current = {"o": [], "a": [], "r": []}

    @torch.no_grad()
    def act(self, obs, noise):
        x = torch.as_tensor(obs, dtype=torch.float32)
        a, self.h = self.slow_actor(x.view(1, 1, -1), self.h)
        a = (a.view(-1) + noise * torch.randn(a.numel())).clamp(-1, 1)
        self.current["o"].append(x)
        self.current["a"].append(a)
        return a.numpy()

    def feedback(self, reward):
        self.current["r"].append(float(reward))

    def end_episode(self):
        if len(self.current["r"]) > self.seq:
            self.episodes.append((torch.stack(self.current["o"]), torch.stack(self.current["a"]),
                                  torch.tensor(self.current["r"])))

    def batch(self, n):
        parts = []
        for _ in range(n):
            o, a, r = random.choice(self.episodes)
            i = random.randrange(len(r) - self.seq)
            parts.append((o[i:i + self.seq + 1], a[i:i + self.seq + 1], r[i:i + self.seq]))
        return (torch.stack(x) for x in zip(*parts))

    def update(self, n=32):
        if len(self.episodes) < 10:
            return None
        o, a, r = self.batch(n)
        with torch.no_grad():
            next_a, _ = self.slow_actor(o)
            target = r + self.gamma * self.slow_critic(o, next_a)[:, 1:]
        q_loss = F.mse_loss(self.critic(o, a)[:, :-1], target)
        self.q_opt.zero_grad()
        q_loss.backward()
        self.q_opt.step()

        pi, _ = self.actor(o)
        pi_loss = -self.critic(o, pi).mean()
        self.pi_opt.zero_grad()
        pi_loss.backward()
        self.pi_opt.step()

        self.follow(self.slow_actor, self.actor)
        self.follow(self.slow_critic, self.critic)
        return q_loss.item()

    @torch.no_grad()
    def follow(self, slow, fast):
        for s, f in zip(slow.parameters(), fast.parameters()):
            s.mul_(1 - self.tau).add_(f, alpha=self.tau)
