"""DRQN with bootstrapped random updates on a flickering environment."""

import argparse
import copy
import math
import random
from collections import deque
from dataclasses import dataclass
from typing import Deque, List, Optional, Tuple

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Transition:
    obs: np.ndarray
    action: int
    reward: float
    done: bool


class Flicker(gym.ObservationWrapper):
    """With probability p the agent sees nothing."""

    def __init__(self, env: gym.Env, p: float = 0.5):
        super().__init__(env)
        self.p = p

    def observation(self, obs):
        return obs * 0 if self.np_random.random() < self.p else obs


class DRQN(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.q = nn.Linear(hidden, n_actions)

    def init_hidden(self, batch: int = 1) -> Tuple[torch.Tensor, torch.Tensor]:
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, x: torch.Tensor, hidden: Optional[Tuple[torch.Tensor, torch.Tensor]] = None):
        if hidden is None:
            hidden = self.init_hidden(x.shape[0])
        x = F.relu(self.fc(x))
        x, hidden = self.lstm(x, hidden)
        return self.q(x), hidden

    def act(self, obs: np.ndarray, hidden, epsilon: float):
        with torch.no_grad():
            q, hidden = self(torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1), hidden)
        if random.random() < epsilon:
            return random.randrange(q.shape[-1]), hidden
        return int(q.argmax(-1)), hidden


class EpisodeReplay:
    def __init__(self, capacity: int, length: int):
        self.episodes: Deque[List[Transition]] = deque(maxlen=capacity)
        self.length = length

    def add(self, episode: List[Transition]) -> None:
        if len(episode) > self.length:
            self.episodes.append(episode)

    def sample(self, n: int):
        picks = random.choices(self.episodes, k=n)
        out = []
        for ep in picks:
            i = random.randrange(len(ep) - self.length)
            out.append(ep[i : i + self.length + 1])
        obs = torch.as_tensor(np.array([[t.obs for t in ep] for ep in out]), dtype=torch.float32)
        act = torch.as_tensor([[t.action for t in ep[:-1]] for ep in out])
        rew = torch.as_tensor([[t.reward for t in ep[:-1]] for ep in out], dtype=torch.float32)
        done = torch.as_tensor([[float(t.done) for t in ep[:-1]] for ep in out])
        return obs[:, :-1], act, rew, obs[:, 1:], done

    def __len__(self):
        return len(self.episodes)


class Agent:
    def __init__(self, env: gym.Env, args: argparse.Namespace):
        self.args = args
        self.online = DRQN(env.observation_space.shape[0], env.action_space.n)
        self.target = copy.deepcopy(self.online)
        self.optimizer = torch.optim.Adam(self.online.parameters(), lr=args.lr)
        self.replay = EpisodeReplay(args.capacity, args.length)
        self.learned = 0

    def learn(self) -> float:
        obs, act, rew, nxt, done = self.replay.sample(self.args.batch)
        h0 = self.online.init_hidden(self.args.batch)
        q, _ = self.online(obs, h0)
        q = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            best = self.online(nxt, self.online.init_hidden(self.args.batch))[0].argmax(-1, keepdim=True)
            q_next, _ = self.target(nxt, self.target.init_hidden(self.args.batch))
            y = rew + self.args.gamma * (1 - done) * q_next.gather(-1, best).squeeze(-1)
        loss = F.smooth_l1_loss(q, y)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(self.online.parameters(), 1.0)
        self.optimizer.step()
        self.learned += 1
        if self.learned % self.args.target_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return float(loss)

    def epsilon(self, step: int) -> float:
        return 0.05 + 0.95 * math.exp(-step / self.args.eps_decay)


def evaluate(agent: Agent, env: gym.Env, episodes: int = 5) -> float:
    total = 0.0
    for _ in range(episodes):
        obs, _ = env.reset()
        hidden, over = None, False
        while not over:
            action, hidden = agent.online.act(obs, hidden, 0.0)
            obs, reward, term, trunc, _ = env.step(action)
            total += reward
            over = term or trunc
    return total / episodes


def main() -> None:
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--flicker", type=float, default=0.3)
    p.add_argument("--episodes", type=int, default=2000)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--length", type=int, default=16)
    p.add_argument("--capacity", type=int, default=500)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--target-every", type=int, default=200)
    p.add_argument("--eps-decay", type=float, default=20_000)
    args = p.parse_args()

    env = Flicker(gym.make(args.env), args.flicker)
    test_env = Flicker(gym.make(args.env), args.flicker)
    agent = Agent(env, args)
    step, losses = 0, deque(maxlen=100)
    for episode in range(args.episodes):
        obs, _ = env.reset(seed=episode)
        hidden = agent.online.init_hidden()
        rows: List[Transition] = []
        over = False
        while not over:
            action, hidden = agent.online.act(obs, hidden, agent.epsilon(step))
            nxt, reward, term, trunc, _ = env.step(action)
            rows.append(Transition(obs, action, reward, term))
            obs, over = nxt, term or trunc
            step += 1
            if len(agent.replay) > 20 and step % 4 == 0:
                losses.append(agent.learn())
        agent.replay.add(rows)
        if episode % 50 == 0:
            print(f"{episode:5d} {step:7d} loss {np.mean(losses) if losses else 0:.4f} eval {evaluate(agent, test_env):.1f}")
    torch.save(agent.online.state_dict(), "drqn.pt")


if __name__ == "__main__":
    main()
