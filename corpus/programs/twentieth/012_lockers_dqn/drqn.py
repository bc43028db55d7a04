import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from lockers import LockerWall

GAMMA = 0.97
BATCH = 32
SEQ = 24
STEPS = 500_000


class DRQN(nn.Module):
    def __init__(self, n_obs=7, n_act=4, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(n_obs, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.fc2 = nn.Linear(hidden, n_act)

    def init_hidden(self, batch_size):
        return (torch.zeros(1, batch_size, self.hidden), torch.zeros(1, batch_size, self.hidden))

    def forward(self, x, hidden):
        x = F.relu(self.fc1(x))
        x, hidden = self.lstm(x, hidden)
        return self.fc2(x), hidden


class EpisodeMemory:
    def __init__(self, size):
        self.episodes = deque(maxlen=size)
        self.current = []

    def push(self, obs, action, reward, next_obs, done):
        self.current.append((obs, action, reward, next_obs, float(done)))
        if done:
            self.episodes.append(self.current)
            self.current = []

    def sample(self):
        out = []
        for ep in random.choices(self.episodes, k=BATCH):
            start = random.randint(0, len(ep) - SEQ)
            out.append(list(zip(*ep[start:start + SEQ])))
        pick = lambda i, dtype: torch.as_tensor(np.array([o[i] for o in out]), dtype=dtype)
        return (pick(0, torch.float32), pick(1, torch.long), pick(2, torch.float32),
                pick(3, torch.float32), pick(4, torch.float32))


def learn(net, target, memory, optimizer):
    obs, act, rew, next_obs, done = memory.sample()
    q, _ = net(obs, net.init_hidden(BATCH))
    q = q.gather(2, act.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        nq, _ = target(next_obs, target.init_hidden(BATCH))
        goal = rew + GAMMA * nq.max(-1).values * (1 - done)
    loss = F.smooth_l1_loss(q, goal)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def main():
    env = LockerWall()
    net, target = DRQN(), DRQN()
    target.load_state_dict(net.state_dict())
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    memory = EpisodeMemory(500)

    obs = env.reset()
    hidden = net.init_hidden(1)
    total, episode, eps = 0.0, 0, 1.0
    for step in range(STEPS):
        with torch.no_grad():
            q, hidden = net(torch.from_numpy(obs).view(1, 1, -1), hidden)
        if random.random() < eps:
            action = random.randrange(4)
        else:
            action = q.argmax().item()
        next_obs, reward, done = env.step(action)
        memory.push(obs, action, reward, next_obs, done)
        obs = next_obs
        total += reward
        eps = max(0.05, eps - 1e-5)

        if len(memory.episodes) > 20 and step % 4 == 0:
            learn(net, target, memory, optimizer)
        if step % 2000 == 0:
            target.load_state_dict(net.state_dict())

        if done:
            episode += 1
            if episode % 20 == 0:
                print(f"day {episode} reward {total:.1f} eps {eps:.2f}")
            obs = env.reset()
            total = 0.0
    torch.save(net.state_dict(), "lockers.pt")


if __name__ == "__main__":
    main()
