import argparse
import random
from collections import deque

import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F


class LSTMQNet(nn.Module):
    """Reads the whole window each time."""

    def __init__(self, n_feat, n_act=3, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(n_feat, hidden, num_layers=2, batch_first=True, dropout=0.1)
        self.fc = nn.Linear(hidden, n_act)

    def forward(self, window):
        out, (h_n, c_n) = self.lstm(window)
        return self.fc(h_n[-1])


class Agent:
    def __init__(self, n_feat, window=32):
        self.window = window
        self.model = LSTMQNet(n_feat)
        self.target_model = LSTMQNet(n_feat)
        self.update_target()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.memory = deque(maxlen=10000)
        self.epsilon = 1.0
        self.state = None

    def update_target(self):
        self.target_model.load_state_dict(self.model.state_dict())

    def load(self, path):
        self.model.load_state_dict(torch.load(path))
        self.update_target()
        self.epsilon = 0.05

    def act(self, state):
        if random.random() < self.epsilon:
            return random.randrange(3)
        self.model.eval()
        with torch.no_grad():
            return int(self.model(torch.as_tensor(state, dtype=torch.float32)[None]).argmax())

    def replay(self, n=32):
        if len(self.memory) < n:
            return
        self.model.train()
        s, a, r, s2, d = map(np.array, zip(*random.sample(self.memory, n)))
        q = self.model(torch.as_tensor(s, dtype=torch.float32)).gather(1, torch.as_tensor(a)[:, None])[:, 0]
        with torch.no_grad():
            q2 = self.target_model(torch.as_tensor(s2, dtype=torch.float32)).max(1).values
        y = torch.as_tensor(r, dtype=torch.float32) + 0.95 * q2 * (1 - torch.as_tensor(d, dtype=torch.float32))
        loss = F.mse_loss(q, y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("csv")
    ap.add_argument("--best", default="best.pt")
    a = ap.parse_args()
    df = pd.read_csv(a.csv).pct_change().dropna()
    x = df.to_numpy(np.float32)
    agent = Agent(x.shape[1])
    best = -np.inf
    for ep in range(200):
        pnl, pos = 0.0, 0
        state = x[: agent.window]
        for t in range(agent.window, len(x) - 1):
            act = agent.act(state)
            pos = act - 1
            r = pos * x[t, 0]
            nxt = x[t - agent.window + 1 : t + 1]
            agent.memory.append((state, act, r, nxt, t == len(x) - 2))
            state = nxt
            pnl += r
            agent.replay()
            if t % 500 == 0:
                agent.update_target()
        agent.epsilon *= 0.97
        if pnl > best:
            best = pnl
            torch.save(agent.model.state_dict(), a.best)
        elif pnl < 0.2 * best:
            agent.load(a.best)
        print(ep, round(pnl, 4), round(best, 4))


if __name__ == "__main__":
    main()
