"""Recurrent double DQN with burn-in, single process."""
import copy
import random
from collections import deque

import numpy as np
import torch
import yaml
from torch import nn

from canal import LockChamber

DEFAULTS = """
hidden: 64
gamma: 0.99
lr: 0.0003
burn_in: 10
learn_len: 30
batch: 32
buffer: 2000
warmup: 50
target_every: 200
eps_start: 1.0
eps_end: 0.05
eps_episodes: 1500
episodes: 5000
seed: 0
"""


class DuelingQ(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.lstm = nn.LSTM(obs_dim, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), state


class EpisodeBuffer:
    def __init__(self, capacity):
        self.episodes = deque(maxlen=capacity)

    def add(self, obs, actions, rewards):
        self.episodes.append((np.stack(obs), np.array(actions), np.array(rewards, dtype=np.float32)))

    def sample(self, n, length):
        obs, act, rew, end = [], [], [], []
        for o, a, r in random.choices(self.episodes, k=n):
            start = random.randint(0, len(a) - length)
            obs.append(o[start : start + length + 1])
            act.append(a[start : start + length])
            rew.append(r[start : start + length])
            done = np.zeros(length, dtype=np.float32)
            done[-1] = float(start + length == len(a))
            end.append(done)
        return [torch.from_numpy(np.stack(v)) for v in (obs, act, rew, end)]


class R2D2Agent:
    def __init__(self, cfg):
        self.cfg = cfg
        self.online = DuelingQ(LockChamber.obs_dim, LockChamber.n_actions, cfg["hidden"])
        self.target = copy.deepcopy(self.online)
        self.opt = torch.optim.Adam(self.online.parameters(), lr=cfg["lr"])
        self.updates = 0
        self.state = None

    def begin_episode(self):
        self.state = None

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.state = self.online(torch.from_numpy(obs).view(1, 1, -1), self.state)
        if random.random() < eps:
            return random.randrange(LockChamber.n_actions)
        return int(q.argmax())

    def learn(self, buffer):
        c = self.cfg
        burn = c["burn_in"]
        obs, act, rew, done = buffer.sample(c["batch"], burn + c["learn_len"])
        with torch.no_grad():
            _, state = self.online(obs[:, :burn])
            _, target_state = self.target(obs[:, :burn])
        q, _ = self.online(obs[:, burn:], state)
        chosen = q[:, :-1].gather(-1, act[:, burn:].unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            target_q, _ = self.target(obs[:, burn:], target_state)
            best = q[:, 1:].argmax(-1, keepdim=True)
            nxt = target_q[:, 1:].gather(-1, best).squeeze(-1)
            y = rew[:, burn:] + c["gamma"] * (1 - done[:, burn:]) * nxt
        loss = nn.functional.smooth_l1_loss(chosen, y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % c["target_every"] == 0:
            self.target.load_state_dict(self.online.state_dict())
        return loss.item()


def main():
    cfg = yaml.safe_load(DEFAULTS)
    random.seed(cfg["seed"])
    torch.manual_seed(cfg["seed"])
    env = LockChamber(cfg["seed"])
    agent = R2D2Agent(cfg)
    buffer = EpisodeBuffer(cfg["buffer"])

    for ep in range(cfg["episodes"]):
        frac = min(1.0, ep / cfg["eps_episodes"])
        eps = cfg["eps_start"] + frac * (cfg["eps_end"] - cfg["eps_start"])
        agent.begin_episode()
        obs, done = env.reset(), False
        observations, actions, rewards = [obs], [], []
        while not done:
            a = agent.act(obs, eps)
            obs, r, done = env.step(a)
            observations.append(obs)
            actions.append(a)
            rewards.append(r)
        buffer.add(observations, actions, rewards)
        losses = [agent.learn(buffer) for _ in range(8)] if ep >= cfg["warmup"] else []
        if ep % 50 == 0:
            print(f"episode {ep}: return {sum(rewards):.2f} eps {eps:.2f} loss {np.mean(losses) if losses else 0:.4f}")
    torch.save(agent.online.state_dict(), "lock_q.pt")


if __name__ == "__main__":
    main()
