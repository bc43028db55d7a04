import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# Taxi-v3, but the passenger's destination is only shown in the first step
EPISODES = 8000
BATCH = 16
SEQ_LEN = 20
GAMMA = 0.98
LR = 5e-4
EPS_START, EPS_END, EPS_DECAY = 1.0, 0.05, 3000
TARGET_UPDATE = 50

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class DRQN(nn.Module):
    def __init__(self, obs_size, n_actions, hidden_size=128):
        super().__init__()
        self.hidden_size = hidden_size
        self.fc1 = nn.Linear(obs_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.fc2 = nn.Linear(hidden_size, n_actions)

    def forward(self, x, hidden):
        x = F.relu(self.fc1(x))
        x, hidden = self.lstm(x, hidden)
        return self.fc2(x), hidden

    def init_hidden(self, batch_size=1):
        return (
            torch.zeros(1, batch_size, self.hidden_size, device=device),
            torch.zeros(1, batch_size, self.hidden_size, device=device),
        )


class EpisodeMemory:
    def __init__(self, capacity=1000):
        self.episodes = deque(maxlen=capacity)

    def push(self, episode):
        if len(episode) >= SEQ_LEN:
            self.episodes.append(episode)

    def sample(self):
        out = []
        for ep in random.sample(self.episodes, BATCH):
            i = random.randint(0, len(ep) - SEQ_LEN)
            out.append(ep[i:i + SEQ_LEN])
        cols = list(zip(*[zip(*seq) for seq in out]))
        return [torch.as_tensor(np.array([list(s) for s in c])).to(device) for c in cols]

    def __len__(self):
        return len(self.episodes)


def encode(env, s, first):
    row, col, passenger, dest = env.unwrapped.decode(s)
    x = np.zeros(5 + 5 + 5 + 4, dtype=np.float32)
    x[row] = 1
    x[5 + col] = 1
    x[10 + passenger] = 1
    if first:
        x[15 + dest] = 1
    return x


def optimize(policy_net, target_net, memory, optimizer):
    obs, action, reward, next_obs, done = memory.sample()
    q, _ = policy_net(obs, policy_net.init_hidden(BATCH))
    q = q.gather(2, action.unsqueeze(2)).squeeze(2)
    with torch.no_grad():
        next_q, _ = target_net(next_obs, target_net.init_hidden(BATCH))
        y = reward.float() + GAMMA * next_q.max(2)[0] * (1 - done.float())
    loss = F.smooth_l1_loss(q, y)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(policy_net.parameters(), 10)
    optimizer.step()
    return loss.item()


def main():
    env = gym.make("Taxi-v3")
    n_actions = env.action_space.n
    policy_net = DRQN(19, n_actions).to(device)
    target_net = DRQN(19, n_actions).to(device)
    target_net.load_state_dict(policy_net.state_dict())
    optimizer = torch.optim.Adam(policy_net.parameters(), lr=LR)
    memory = EpisodeMemory()

    hidden = policy_net.init_hidden()
    history = []
    for episode in range(EPISODES):
        s, _ = env.reset()
        obs = encode(env, s, True)
        eps = EPS_END + (EPS_START - EPS_END) * np.exp(-episode / EPS_DECAY)
        transitions, total, done = [], 0, False
        while not done:
            with torch.no_grad():
                q, hidden = policy_net(torch.from_numpy(obs).view(1, 1, -1).to(device), hidden)
            if random.random() < eps:
                action = env.action_space.sample()
            else:
                action = q.argmax().item()
            s, reward, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            next_obs = encode(env, s, False)
            transitions.append((obs, action, reward / 10, next_obs, terminated))
            obs = next_obs
            total += reward
            if len(memory) >= BATCH * 2 and len(transitions) % 4 == 0:
                optimize(policy_net, target_net, memory, optimizer)
        memory.push(transitions)
        history.append(total)
        if episode % TARGET_UPDATE == 0:
            target_net.load_state_dict(policy_net.state_dict())
            print(f"episode {episode} reward {np.mean(history[-TARGET_UPDATE:]):.1f} eps {eps:.2f}")

    torch.save(policy_net.state_dict(), "taxi_drqn.pt")


if __name__ == "__main__":
    main()
