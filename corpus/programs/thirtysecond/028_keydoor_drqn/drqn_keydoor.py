# DRQN on a key-door corridor, single file
import copy
import os
import random
import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import tyro
from torch.utils.tensorboard import SummaryWriter


@dataclass
class Args:
    exp_name: str = os.path.basename(__file__)[: -len(".py")]
    seed: int = 1
    total_timesteps: int = 200_000
    learning_rate: float = 2.5e-4
    gamma: float = 0.99
    buffer_episodes: int = 2000
    batch_episodes: int = 16
    target_period: int = 1000
    train_frequency: int = 8
    learning_starts: int = 5000
    eval_every: int = 10_000
    start_e: float = 1.0
    end_e: float = 0.05
    init_from: str = ""
    """weights of a behaviour-cloned network to begin with"""


class KeyDoor:
    LENGTH, LIMIT = 12, 60

    def reset(self):
        self.x, self.t, self.has_key = 0, 0, False
        self.colour = random.randrange(2)
        return self._obs()

    def _obs(self):
        o = np.zeros(4, dtype=np.float32)
        o[0] = self.x / self.LENGTH
        if self.x == 0:
            o[1 + self.colour] = 1.0
        o[3] = float(self.x == self.LENGTH)
        return o

    def step(self, a):
        self.t += 1
        if a < 2:
            self.x = int(np.clip(self.x + (1 if a else -1), 0, self.LENGTH))
            return self._obs(), -0.01, self.t >= self.LIMIT
        if self.x != self.LENGTH:
            return self._obs(), -0.05, self.t >= self.LIMIT
        return self._obs(), 1.0 if a - 2 == self.colour else -1.0, True


class QNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(4, 64)
        self.lstm = nn.LSTM(64, 64)
        self.q = nn.Linear(64, 4)

    def forward(self, x, lstm_state=None):
        y, lstm_state = self.lstm(F.relu(self.enc(x)), lstm_state)
        return self.q(y), lstm_state


def evaluate(net, n=20):
    total = 0.0
    for _ in range(n):
        env, done, lstm_state = KeyDoor(), False, None
        obs = env.reset()
        while not done:
            with torch.no_grad():
                q, lstm_state = net(torch.from_numpy(obs).view(1, 1, -1), lstm_state)
            obs, r, done = env.step(int(q.argmax()))
            total += r
    return total / n


def pad(episodes):
    T = max(len(e) for e in episodes)
    obs = torch.zeros(T + 1, len(episodes), 4)
    act = torch.zeros(T, len(episodes), dtype=torch.long)
    rew, done, mask = (torch.zeros(T, len(episodes)) for _ in range(3))
    for b, ep in enumerate(episodes):
        for t, (o, a, r, d, no) in enumerate(ep):
            obs[t, b], obs[t + 1, b] = torch.from_numpy(o), torch.from_numpy(no)
            act[t, b], rew[t, b], done[t, b], mask[t, b] = a, r, float(d), 1.0
    return obs, act, rew, done, mask


if __name__ == "__main__":
    args = tyro.cli(Args)
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    writer = SummaryWriter(f"runs/{args.exp_name}__{args.seed}__{int(time.time())}")

    q_network = QNet()
    if args.init_from:
        q_network.load_state_dict(torch.load(args.init_from, map_location="cpu"))
    target_network = QNet()
    target_network.load_state_dict(q_network.state_dict())
    optimizer = torch.optim.Adam(q_network.parameters(), lr=args.learning_rate)

    env, memory, episode = KeyDoor(), [], []
    obs, lstm_state = env.reset(), None
    top_score, top_weights = -np.inf, None
    for step in range(args.total_timesteps):
        frac = min(1.0, step / (0.5 * args.total_timesteps))
        epsilon = args.start_e + frac * (args.end_e - args.start_e)
        with torch.no_grad():
            q, lstm_state = q_network(torch.from_numpy(obs).view(1, 1, -1), lstm_state)
        action = random.randrange(4) if random.random() < epsilon else int(q.argmax())
        next_obs, reward, done = env.step(action)
        episode.append((obs, action, reward, done, next_obs))
        obs = next_obs
        if done:
            writer.add_scalar("charts/episodic_return", sum(e[2] for e in episode), step)
            memory.append(episode)
            memory = memory[-args.buffer_episodes:]
            episode, obs, lstm_state = [], env.reset(), None

        if step > args.learning_starts and step % args.train_frequency == 0:
            o, a, r, d, m = pad(random.sample(memory, args.batch_episodes))
            qs, _ = q_network(o)
            with torch.no_grad():
                tq, _ = target_network(o)
                td = r + args.gamma * (1 - d) * tq[1:].max(-1).values
            picked = qs[:-1].gather(-1, a.unsqueeze(-1)).squeeze(-1)
            loss = ((picked - td).pow(2) * m).sum() / m.sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        if step % args.target_period == 0:
            target_network.load_state_dict(q_network.state_dict())
        if step % args.eval_every == 0:
            score = evaluate(q_network)
            writer.add_scalar("charts/eval_return", score, step)
            if score > top_score:
                top_score, top_weights = score, copy.deepcopy(q_network.state_dict())

    q_network.load_state_dict(top_weights)
    print("final", evaluate(q_network, 200))
    torch.save(top_weights, f"{args.exp_name}.pt")
    writer.close()
