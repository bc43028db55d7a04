import random
import threading
import time
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F

from regatta import Upwind

N_OBS, N_ACT = 6, 4
SEQ, BURN = 40, 10


class QNet(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(N_OBS, hidden)
        self.rnn = nn.GRU(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, N_ACT)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, h=None):
        y, h = self.rnn(F.relu(self.fc(x)), h)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), h


class Replay:
    def __init__(self, size=4000):
        self.lock = threading.Lock()
        self.data = deque(maxlen=size)

    def add(self, episode):
        with self.lock:
            for i in range(0, max(1, len(episode) - SEQ), SEQ // 2):
                piece = episode[i:i + SEQ]
                if len(piece) == SEQ:
                    self.data.append(piece)

    def sample(self, n):
        with self.lock:
            rows = random.sample(self.data, n)
        obs = torch.tensor([[s[0] for s in r] for r in rows])
        act = torch.tensor([[s[1] for s in r] for r in rows])
        rew = torch.tensor([[s[2] for s in r] for r in rows])
        end = torch.tensor([[float(s[3]) for s in r] for r in rows])
        return obs, act, rew, end


class Sailor(threading.Thread):
    def __init__(self, idx, shared, lock, replay, sync_every=100):
        super().__init__(daemon=True)
        self.shared, self.lock, self.replay = shared, lock, replay
        self.sync_every = sync_every
        self.eps = 0.4 ** (1 + idx)
        self.net = QNet()
        self.returns = deque(maxlen=20)

    def pull(self):
        with self.lock:
            self.net.load_state_dict(self.shared.state_dict())

    @torch.no_grad()
    def run(self):
        env = Upwind()
        self.pull()
        obs, h, episode, total, steps = env.reset(), None, [], 0.0, 0
        while True:
            q, h = self.net(torch.tensor(obs).view(1, 1, -1), h)
            a = random.randrange(N_ACT) if random.random() < self.eps else q.argmax().item()
            nxt, r, done = env.step(a)
            episode.append((obs, a, r, done))
            total += r
            obs = nxt
            if done:
                self.replay.add(episode)
                self.returns.append(total)
                obs, h, episode, total = env.reset(), None, [], 0.0
            steps += 1
            if steps % self.sync_every == 0:
                self.pull()


def main(n_sailors=4, updates=100_000):
    net, target = QNet(), QNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    lock, replay = threading.Lock(), Replay()
    sailors = [Sailor(i, net, lock, replay) for i in range(n_sailors)]
    for s in sailors:
        s.start()
    while len(replay.data) < 200:
        time.sleep(1)
    for u in range(updates):
        obs, act, rew, end = replay.sample(32)
        q = net(obs)[0]
        with torch.no_grad():
            best = q[:, 1:].argmax(-1, keepdim=True)
            tq = target(obs)[0][:, 1:].gather(-1, best).squeeze(-1)
            y = rew[:, :-1] + 0.995 * (1 - end[:, :-1]) * tq
        chosen = q[:, :-1].gather(-1, act[:, :-1, None]).squeeze(-1)
        loss = F.smooth_l1_loss(chosen[:, BURN:], y[:, BURN:])
        opt.zero_grad()
        loss.backward()
        with lock:
            opt.step()
        if u % 500 == 0:
            target.load_state_dict(net.state_dict())
            print(u, round(loss.item(), 5), [round(sum(s.returns) / max(1, len(s.returns)), 2) for s in sailors])
    torch.save(net.state_dict(), "sailor.pt")


if __name__ == "__main__":
    main()
