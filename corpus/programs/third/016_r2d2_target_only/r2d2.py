"""A single process R2D2 with burn-in; the acting network is the learning network."""
import argparse
import random
from collections import deque
from typing import NamedTuple

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Segment(NamedTuple):
    obs: np.ndarray
    action: np.ndarray
    reward: np.ndarray
    done: np.ndarray
    h: np.ndarray
    c: np.ndarray


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim, n_act, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_act)
        self.val = nn.Linear(hidden, 1)

    def forward(self, obs, hc):
        x, hc = self.lstm(F.relu(self.fc(obs)), hc)
        a = self.adv(x)
        return self.val(x) + a - a.mean(-1, keepdim=True), hc

    def zeros(self, n):
        return torch.zeros(1, n, self.hidden), torch.zeros(1, n, self.hidden)


class Replay:
    def __init__(self, capacity):
        self.data = deque(maxlen=capacity)

    def add(self, seg):
        self.data.append(seg)

    def sample(self, n):
        batch = random.sample(self.data, n)
        return [torch.as_tensor(np.stack(x)) for x in zip(*batch)]

    def __len__(self):
        return len(self.data)


class R2D2:
    def __init__(self, obs_dim, n_act, args):
        self.args = args
        self.n_act = n_act
        self.online = RecurrentQ(obs_dim, n_act)
        self.target = RecurrentQ(obs_dim, n_act)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=args.lr)
        self.replay = Replay(args.capacity)
        self.hc = self.online.zeros(1)
        self.updates = 0

    def new_episode(self):
        self.hc = self.online.zeros(1)

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.hc = self.online(torch.as_tensor(obs).view(1, 1, -1), self.hc)
        if random.random() < eps:
            return random.randrange(self.n_act)
        return int(q.argmax())

    def _unroll(self, net, obs, hc):
        burn = self.args.burn_in
        with torch.no_grad():
            _, hc = net(obs[:, :burn], hc)
        q, _ = net(obs[:, burn:], hc)
        return q

    def learn(self):
        obs, act, rew, done, h, c = self.replay.sample(self.args.batch)
        hc = (h.transpose(0, 1).contiguous(), c.transpose(0, 1).contiguous())
        burn = self.args.burn_in
        q = self._unroll(self.online, obs, hc)
        with torch.no_grad():
            q_next = self._unroll(self.target, obs, hc)
            best = q.argmax(-1, keepdim=True)
            boot = q_next.gather(-1, best).squeeze(-1)[:, 1:]
            y = rew[:, burn:-1] + self.args.gamma * (1 - done[:, burn:-1]) * boot
        chosen = q.gather(-1, act[:, burn:].unsqueeze(-1)).squeeze(-1)[:, :-1]
        loss = F.smooth_l1_loss(chosen, y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % self.args.target_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return float(loss)


class HidePositions(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2,), np.float32)

    def observation(self, observation):
        return observation[[0, 2]].astype(np.float32)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=3000)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.997)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--burn-in", type=int, default=8)
    p.add_argument("--length", type=int, default=24)
    p.add_argument("--capacity", type=int, default=20_000)
    p.add_argument("--target-every", type=int, default=400)
    args = p.parse_args()
    env = HidePositions(gym.make("CartPole-v1"))
    agent = R2D2(2, 2, args)
    scores = deque(maxlen=50)
    for ep in range(args.episodes):
        obs, _ = env.reset()
        agent.new_episode()
        steps, total, over = [], 0.0, False
        eps = max(0.02, 0.5 - ep / 1000)
        while not over:
            hc = agent.hc
            a = agent.act(obs, eps)
            nxt, r, term, trunc, _ = env.step(a)
            over = term or trunc
            steps.append((obs, a, r, float(term), hc))
            obs = nxt
            total += r
        for i in range(0, len(steps) - args.length + 1, args.length // 2):
            part = steps[i : i + args.length]
            agent.replay.add(
                Segment(
                    np.stack([s[0] for s in part]),
                    np.array([s[1] for s in part]),
                    np.array([s[2] for s in part], np.float32),
                    np.array([s[3] for s in part], np.float32),
                    part[0][4][0][0].numpy(),
                    part[0][4][1][0].numpy(),
                )
            )
        scores.append(total)
        if len(agent.replay) >= 500:
            for _ in range(8):
                loss = agent.learn()
            if ep % 20 == 0:
                print(f"{ep} return {np.mean(scores):.1f} loss {loss:.4f}")


if __name__ == "__main__":
    main()
