import argparse
import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from lane_env import LaneEnv

SEQ, BURN, GAMMA = 60, 20, 0.997


class HeroNet(nn.Module):
    def __init__(self, n_obs=64, n_act=14, hidden=256):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(n_obs, hidden), nn.ReLU())
        self.rnn = nn.GRU(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_act)
        self.val = nn.Linear(hidden, 1)

    def forward(self, obs, h=None):
        y, h = self.rnn(self.enc(obs), h)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), h


@ray.remote
class Replay:
    def __init__(self, size=20000):
        self.data = deque(maxlen=size)

    def add(self, seq):
        self.data.append(seq)

    def sample(self, n):
        if len(self.data) < 500:
            return None
        picked = random.sample(self.data, n)
        return [np.stack(col) for col in zip(*picked)]


@ray.remote
class Learner:
    def __init__(self, replay):
        self.replay = replay
        self.net, self.target = HeroNet(), HeroNet()
        self.target.load_state_dict(self.net.state_dict())
        self.opt = torch.optim.Adam(self.net.parameters(), lr=1e-4, eps=1e-3)
        self.updates = 0

    def weights(self):
        return {k: v.cpu().numpy().copy() for k, v in self.net.state_dict().items()}

    def train(self, n):
        losses = []
        for _ in range(n):
            batch = ray.get(self.replay.sample.remote(32))
            if batch is None:
                return None
            obs, act, rew, end = (torch.as_tensor(b) for b in batch)
            q, _ = self.net(obs)
            with torch.no_grad():
                tq, _ = self.target(obs)
                best = q.argmax(-1, keepdim=True)
                boot = tq.gather(-1, best).squeeze(-1)
                y = rew[:, :-1] + GAMMA * (1 - end[:, :-1]) * boot[:, 1:]
            taken = q.gather(-1, act.long().unsqueeze(-1)).squeeze(-1)[:, :-1]
            loss = F.smooth_l1_loss(taken[:, BURN:], y[:, BURN:])
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 40.0)
            self.opt.step()
            losses.append(loss.item())
            self.updates += 1
            if self.updates % 2500 == 0:
                self.target.load_state_dict(self.net.state_dict())
        return float(np.mean(losses))


@ray.remote
class Player:
    def __init__(self, idx, n_players, learner, replay):
        self.learner, self.replay = learner, replay
        self.env = LaneEnv(seed=idx)
        self.net = HeroNet()
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_players - 1))
        self.pull()

    def pull(self):
        w = ray.get(self.learner.weights.remote())
        self.net.load_state_dict({k: torch.tensor(v) for k, v in w.items()})

    def run(self, pull_every=400):
        steps = 0
        while True:
            obs, h, done, steps_seq = self.env.reset(), None, False, []
            while not done:
                x = torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1)
                with torch.no_grad():
                    q, h = self.net(x, h)
                a = self.env.random_action() if random.random() < self.eps else int(q.argmax())
                nxt, r, done = self.env.step(a)
                steps_seq.append((obs.astype(np.float32), np.int64(a), np.float32(r), np.float32(done)))
                obs = nxt
                if len(steps_seq) == SEQ:
                    self.replay.add.remote([np.stack(c) for c in zip(*steps_seq)])
                    steps_seq = []
                steps += 1
                if steps % pull_every == 0:
                    self.pull()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--players", type=int, default=12)
    ap.add_argument("--rounds", type=int, default=10_000)
    args = ap.parse_args()
    ray.init()
    replay = Replay.remote()
    learner = Learner.options(max_concurrency=2).remote(replay)
    players = [Player.remote(i, args.players, learner, replay) for i in range(args.players)]
    for p in players:
        p.run.remote()
    for r in range(args.rounds):
        loss = ray.get(learner.train.remote(50))
        if loss is not None and r % 20 == 0:
            print(r, f"loss {loss:.5f}")
