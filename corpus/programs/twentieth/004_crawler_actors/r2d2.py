"""Small R2D2 for the dungeon game: several actor processes, one learner."""
import argparse
import queue
import random

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import nn


class Dungeon:
    """A dark maze of rooms. The key is in one corner, the door in another."""

    def __init__(self, size=7, seed=0):
        self.size, self.rng = size, np.random.default_rng(seed)

    def reset(self):
        self.walls = self.rng.random((self.size, self.size)) < 0.2
        self.me, self.key = np.array([0, 0]), np.array([self.size - 1, 0])
        self.door = np.array([self.size - 1, self.size - 1])
        for spot in (self.me, self.key, self.door):
            self.walls[tuple(spot)] = False
        self.has_key, self.t = False, 0
        return self.view()

    def view(self):
        padded = np.pad(self.walls, 1, constant_values=True)
        y, x = self.me + 1
        around = padded[y - 1:y + 2, x - 1:x + 2].ravel()
        return np.concatenate([around, [self.has_key]]).astype(np.float32)

    def step(self, action):
        move = [(-1, 0), (1, 0), (0, -1), (0, 1)][action]
        to = self.me + move
        if (to >= 0).all() and (to < self.size).all() and not self.walls[tuple(to)]:
            self.me = to
        reward, self.t = -0.01, self.t + 1
        if not self.has_key and (self.me == self.key).all():
            self.has_key, reward = True, 0.5
        out = self.has_key and (self.me == self.door).all()
        return self.view(), reward + float(out), out or self.t >= 200


class QNet(nn.Module):
    def __init__(self, n_obs=10, n_act=4, size=64):
        super().__init__()
        self.size = size
        self.enc = nn.Linear(n_obs, size)
        self.lstm = nn.LSTM(size, size, batch_first=True)
        self.q = nn.Linear(size, n_act)

    def zero(self, batch=1):
        return torch.zeros(1, batch, self.size), torch.zeros(1, batch, self.size)

    def forward(self, obs, state):
        y, state = self.lstm(F.relu(self.enc(obs)), state)
        return self.q(y), state


def actor(rank, weights, episodes, stop):
    torch.set_num_threads(1)
    env, net = Dungeon(seed=rank), QNet()
    eps = 0.4 ** (1 + rank)
    while not stop.is_set():
        try:
            net.load_state_dict(weights.get_nowait())
        except queue.Empty:
            pass
        state = net.zero()
        obs, done, steps = env.reset(), False, []
        while not done:
            with torch.no_grad():
                q, state = net(torch.from_numpy(obs).view(1, 1, -1), state)
            action = random.randrange(4) if random.random() < eps else int(q.argmax())
            nxt, reward, done = env.step(action)
            steps.append((obs, action, reward))
            obs = nxt
        episodes.put(steps)


def make_batch(chosen):
    longest = max(len(e) for e in chosen)
    obs = torch.zeros(len(chosen), longest, 10)
    act = torch.zeros(len(chosen), longest, dtype=torch.long)
    rew, mask = torch.zeros(len(chosen), longest), torch.zeros(len(chosen), longest)
    for i, ep in enumerate(chosen):
        for t, (o, a, r) in enumerate(ep):
            obs[i, t], act[i, t], rew[i, t], mask[i, t] = torch.from_numpy(o), a, r, 1.0
    return obs, act, rew, mask


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=4)
    p.add_argument("--updates", type=int, default=20000)
    args = p.parse_args()

    mp.set_start_method("spawn")
    episodes, stop = mp.Queue(maxsize=64), mp.Event()
    boxes = [mp.Queue(maxsize=1) for _ in range(args.actors)]
    procs = [mp.Process(target=actor, args=(i, boxes[i], episodes, stop)) for i in range(args.actors)]
    for proc in procs:
        proc.start()

    net, target = QNet(), QNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    replay = []
    for update in range(args.updates):
        while len(replay) < 100 or not episodes.empty():
            replay.append(episodes.get())
        del replay[:-2000]
        obs, act, rew, mask = make_batch(random.sample(replay, 32))
        q, _ = net(obs, net.zero(32))
        with torch.no_grad():
            online = q.argmax(-1)
            tq, _ = target(obs, target.zero(32))
            nxt = tq.gather(-1, online.unsqueeze(-1)).squeeze(-1)
            nxt = torch.cat([nxt[:, 1:] * mask[:, 1:], torch.zeros(32, 1)], dim=1)
        td = q.gather(-1, act.unsqueeze(-1)).squeeze(-1) - (rew + 0.99 * nxt)
        loss = (td.pow(2) * mask).sum() / mask.sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
        if update % 400 == 0:
            target.load_state_dict(net.state_dict())
        if update % 50 == 0:
            copy = {k: v.clone() for k, v in net.state_dict().items()}
            for box in boxes:
                if box.empty():
                    box.put(copy)
    torch.save(net.state_dict(), "dungeon.pt")
    stop.set()
    for proc in procs:
        proc.terminate()


if __name__ == "__main__":
    main()
