# Pursuit on a torus with fog: recurrent PPO against a pool of its own former selves.
# Everything in one file; see the flags at parse_args().
import argparse
import copy
import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from gymnasium import spaces
from torch.distributions import Categorical


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--num-envs", type=int, default=8)
    p.add_argument("--num-steps", type=int, default=64)
    p.add_argument("--updates", type=int, default=4000)
    p.add_argument("--refresh", type=int, default=25, help="updates between rival changes")
    p.add_argument("--snapshot", type=int, default=100)
    p.add_argument("--lr", type=float, default=3e-4)
    return p.parse_args()


class Pursuit(gym.Env):
    """Two players; player 0 is ours. Whoever steps on the other's tail wins."""

    size, fog = 11, 3

    def __init__(self):
        self.observation_space = spaces.Box(-1, 1, (5,), np.float32)
        self.action_space = spaces.Discrete(5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = self.np_random.integers(0, self.size, (2, 2))
        self.face = self.np_random.integers(0, 4, 2)
        self.t = 0
        return self.view(0), {}

    def view(self, who):
        rel = (self.at[1 - who] - self.at[who] + self.size // 2) % self.size - self.size // 2
        seen = np.abs(rel).max() <= self.fog
        ang = np.pi / 2 * self.face[who]
        return np.array([*(rel / self.fog * seen), float(seen), np.sin(ang), np.cos(ang)], dtype=np.float32).clip(-1, 1)

    def _move(self, who, a):
        if a < 4:
            self.face[who] = a
            self.at[who] = (self.at[who] + [(0, 1), (1, 0), (0, -1), (-1, 0)][a]) % self.size

    def play(self, ours, theirs):
        self._move(0, int(ours))
        caught_them = (self.at[0] == self.at[1]).all()
        self._move(1, int(theirs))
        caught_us = not caught_them and (self.at[0] == self.at[1]).all()
        self.t += 1
        return self.view(0), float(caught_them) - float(caught_us), bool(caught_them or caught_us), self.t >= 300, {}


class Agent(nn.Module):
    def __init__(self, n_obs=5, n_act=5, width=64):
        super().__init__()
        self.width = width
        self.torso = nn.Sequential(nn.Linear(n_obs, width), nn.Tanh())
        self.lstm = nn.LSTMCell(width, width)
        self.actor = nn.Linear(width, n_act)
        self.critic = nn.Linear(width, 1)

    def initial_state(self, n):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def step(self, x, state, done):
        keep = (1.0 - done).unsqueeze(-1)
        state = self.lstm(self.torso(x), (state[0] * keep, state[1] * keep))
        return Categorical(logits=self.actor(state[0])), self.critic(state[0]).squeeze(-1), state


class RivalWrapper(gym.Wrapper):
    """Plays the other side."""

    def __init__(self, env):
        super().__init__(env)
        self.rival = Agent().requires_grad_(False)
        self.rival_state = self.rival.initial_state(1)
        self.never = torch.zeros(1)

    def install(self, weights):
        self.rival.load_state_dict(weights)

    def reset(self, **kwargs):
        self.rival_state = self.rival.initial_state(1)
        return self.env.reset(**kwargs)

    def step(self, action):
        x = torch.from_numpy(self.env.unwrapped.view(1)).unsqueeze(0)
        dist, _, self.rival_state = self.rival.step(x, self.rival_state, self.never)
        return self.env.unwrapped.play(action, dist.sample())


def main():
    args = parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    envs = [RivalWrapper(Pursuit()) for _ in range(args.num_envs)]
    agent = Agent()
    optimizer = optim.Adam(agent.parameters(), lr=args.lr, eps=1e-5)
    pool = deque([copy.deepcopy(agent.state_dict())], maxlen=30)
    for env in envs:
        env.install(pool[0])

    obs = torch.from_numpy(np.stack([e.reset(seed=args.seed + i)[0] for i, e in enumerate(envs)]))
    done = torch.zeros(args.num_envs)
    state = agent.initial_state(args.num_envs)
    results = deque(maxlen=200)

    for update in range(1, args.updates + 1):
        if update % args.refresh == 0:
            for env in envs:
                env.install(random.choice(pool))
            results.clear()

        first = (state[0].clone(), state[1].clone())
        O, A, LP, V, R, D = [], [], [], [], [], []
        for _ in range(args.num_steps):
            with torch.no_grad():
                dist, value, state = agent.step(obs, state, done)
            action = dist.sample()
            O.append(obs)
            A.append(action)
            LP.append(dist.log_prob(action))
            V.append(value)
            D.append(done)
            nxt, rew, over = [], [], []
            for env, a in zip(envs, action):
                o, r, term, trunc, _ = env.step(a)
                if term or trunc:
                    results.append(r)
                    o, _ = env.reset()
                nxt.append(o)
                rew.append(r)
                over.append(float(term or trunc))
            obs, done = torch.from_numpy(np.stack(nxt)), torch.tensor(over)
            R.append(torch.tensor(rew, dtype=torch.float32))
        with torch.no_grad():
            _, nextv, _ = agent.step(obs, state, done)

        adv, last = [None] * args.num_steps, torch.zeros(args.num_envs)
        for t in reversed(range(args.num_steps)):
            live = 1.0 - (done if t == args.num_steps - 1 else D[t + 1])
            boot = nextv if t == args.num_steps - 1 else V[t + 1]
            last = R[t] + 0.99 * boot * live - V[t] + 0.99 * 0.95 * live * last
            adv[t] = last
        adv = torch.stack(adv)
        ret = adv + torch.stack(V)
        norm = (adv - adv.mean()) / (adv.std() + 1e-8)
        old = torch.stack(LP)

        for _ in range(3):
            s, lps, vs, ents = first, [], [], []
            for o, a, d in zip(O, A, D):
                dist, v, s = agent.step(o, s, d)
                lps.append(dist.log_prob(a))
                vs.append(v)
                ents.append(dist.entropy())
            ratio = (torch.stack(lps) - old).exp()
            pg = -torch.min(ratio * norm, ratio.clamp(0.8, 1.2) * norm).mean()
            loss = pg + 0.5 * (torch.stack(vs) - ret).pow(2).mean() - 0.01 * torch.stack(ents).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
            optimizer.step()

        if update % args.snapshot == 0:
            pool.append(copy.deepcopy(agent.state_dict()))
            rate = float(np.mean(results)) if results else float("nan")
            print(f"update {update}  pool {len(pool)}  mean result {rate:+.2f}")
    torch.save(agent.state_dict(), "pursuit.pt")


if __name__ == "__main__":
    main()
