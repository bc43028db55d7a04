"""DRQN for a foraging agent with patchy vision; evaluated on a frozen copy every few episodes."""
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SEQ_LEN = 16
BATCH = 32
GAMMA = 0.97
EPISODES = 4000
EVAL_EVERY = 100
EVAL_EPISODES = 20


class ForagingWorld:
    def __init__(self, size=8, limit=120):
        self.size, self.limit = size, limit
        self.num_actions = 4
        self.obs_dim = 11

    def reset(self):
        self.food = set()
        while len(self.food) < 6:
            self.food.add((random.randrange(self.size), random.randrange(self.size)))
        self.x = self.y = self.size // 2
        self.t = 0
        return self.view()

    def view(self):
        cells = [float((self.x + dx, self.y + dy) in self.food) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        return np.array(cells + [self.x / self.size, self.y / self.size], dtype=np.float32)

    def step(self, action):
        dx, dy = [(1, 0), (-1, 0), (0, 1), (0, -1)][action]
        self.x = min(max(self.x + dx, 0), self.size - 1)
        self.y = min(max(self.y + dy, 0), self.size - 1)
        self.t += 1
        reward = -0.01
        if (self.x, self.y) in self.food:
            self.food.remove((self.x, self.y))
            reward = 1.0
        return self.view(), reward, not self.food or self.t >= self.limit


class DRQN(nn.Module):
    def __init__(self, obs_dim, num_actions, hidden_size=64):
        super().__init__()
        self.fc = nn.Linear(obs_dim, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.q = nn.Linear(hidden_size, num_actions)

    def forward(self, obs, hidden=None):
        y, hidden = self.gru(F.relu(self.fc(obs)), hidden)
        return self.q(y), hidden

    @torch.no_grad()
    def act(self, obs, hidden, epsilon=0.0):
        q, hidden = self(torch.from_numpy(obs).view(1, 1, -1), hidden)
        action = random.randrange(q.size(-1)) if random.random() < epsilon else q[0, 0].argmax().item()
        return action, hidden


def evaluate(net, episodes=EVAL_EPISODES):
    frozen = copy.deepcopy(net).eval()
    world = ForagingWorld()
    scores = []
    for _ in range(episodes):
        obs, done, score = world.reset(), False, 0.0
        hidden = None
        while not done:
            action, hidden = frozen.act(obs, hidden)
            obs, reward, done = world.step(action)
            score += reward
        scores.append(score)
    return float(np.mean(scores))


def sample_sequences(buffer):
    batch = []
    for ep in random.sample(buffer, BATCH):
        start = random.randrange(max(1, len(ep) - SEQ_LEN))
        batch.append(ep[start:start + SEQ_LEN])
    batch = [b for b in batch if len(b) == SEQ_LEN]
    cols = list(zip(*[zip(*b) for b in batch]))
    obs, act, rew, nxt, done = [torch.as_tensor(np.array(c)) for c in cols]
    return obs, act.long(), rew.float(), nxt, done.float()


def train_step(net, target, opt, buffer):
    obs, act, rew, nxt, done = sample_sequences(buffer)
    q, _ = net(obs)
    q = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        next_q, _ = target(nxt)
        y = rew + GAMMA * (1 - done) * next_q.max(-1).values
    half = SEQ_LEN // 2
    loss = F.smooth_l1_loss(q[:, half:], y[:, half:])
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    world = ForagingWorld()
    net = DRQN(world.obs_dim, world.num_actions)
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    buffer = deque(maxlen=1000)
    best = -float("inf")

    for episode in range(1, EPISODES + 1):
        epsilon = max(0.05, 1.0 - episode / 1000)
        obs, done, hidden = world.reset(), False, None
        transitions = []
        while not done:
            action, hidden = net.act(obs, hidden, epsilon)
            nxt, reward, done = world.step(action)
            transitions.append((obs, action, reward, nxt, float(done)))
            obs = nxt
        if len(transitions) >= SEQ_LEN:
            buffer.append(transitions)
        if len(buffer) >= 2 * BATCH:
            for _ in range(4):
                train_step(net, target, opt, buffer)
        if episode % 20 == 0:
            target.load_state_dict(net.state_dict())
        if episode % EVAL_EVERY == 0:
            score = evaluate(net)
            print(f"episode {episode} eps {epsilon:.2f} eval {score:.2f}")
            if score > best:
                best = score
                torch.save(net.state_dict(), "drqn_foraging.pt")


if __name__ == "__main__":
    main()
