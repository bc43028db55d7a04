import random
import time
from collections import deque

import gymnasium as gym
import numpy as np
import ray
import torch
import torch.nn.functional as F

import sokoban_envs  # noqa: F401  registers SmallSokoban-v0
from network import DuelingLSTM

ENV_ID = "SmallSokoban-v0"
N_ACTIONS, CHANNELS = 5, 7
SEQ, BATCH, GAMMA = 40, 32, 0.997
PULL_EVERY = 400
TARGET_EVERY = 2500


@ray.remote
class ReplayBuffer:
    def __init__(self, capacity=20000):
        self.data = deque(maxlen=capacity)

    def add(self, seqs):
        self.data.extend(seqs)

    def sample(self, n):
        if len(self.data) < 10 * n:
            return None
        picks = random.sample(self.data, n)
        return [np.stack(x) for x in zip(*picks)]


@ray.remote
class Learner:
    def __init__(self, buffer):
        self.buffer = buffer
        self.online = DuelingLSTM(CHANNELS, N_ACTIONS)
        self.target = DuelingLSTM(CHANNELS, N_ACTIONS)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=1e-4, eps=1e-3)
        self.updates = 0

    def get_weights(self):
        return {k: v.cpu().numpy() for k, v in self.online.state_dict().items()}

    def update(self, n):
        loss = None
        for _ in range(n):
            batch = ray.get(self.buffer.sample.remote(BATCH))
            if batch is None:
                time.sleep(1.0)
                continue
            obs, act, rew, done, valid = (torch.from_numpy(x) for x in batch)
            q, _ = self.online(obs, self.online.zeros(BATCH))
            with torch.no_grad():
                tq, _ = self.target(obs, self.target.zeros(BATCH))
                best = q[:, 1:].argmax(-1, keepdim=True)
                y = rew[:, :-1] + GAMMA * (1 - done[:, :-1]) * tq[:, 1:].gather(-1, best).squeeze(-1)
            qa = q[:, :-1].gather(-1, act[:, :-1].unsqueeze(-1)).squeeze(-1)
            loss = (F.smooth_l1_loss(qa, y, reduction="none") * valid[:, :-1]).mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.online.parameters(), 40.0)
            self.opt.step()
            self.updates += 1
            if self.updates % TARGET_EVERY == 0:
                self.target.load_state_dict(self.online.state_dict())
        return self.updates, None if loss is None else loss.item()


@ray.remote
class Actor:
    def __init__(self, idx, n, learner, buffer):
        self.env = gym.make(ENV_ID)
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n - 1))
        self.learner, self.buffer = learner, buffer
        self.net = DuelingLSTM(CHANNELS, N_ACTIONS)
        self.idx = idx
        self.pull()

    def pull(self):
        weights = ray.get(self.learner.get_weights.remote())
        self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})

    def pack(self, steps):
        pad = SEQ - len(steps)
        cols = [np.stack(c) for c in zip(*steps)]
        valid = np.ones(len(steps), np.float32)
        out = [np.pad(c, [(0, pad)] + [(0, 0)] * (c.ndim - 1)) for c in cols + [valid]]
        return tuple(out)

    @torch.no_grad()
    def run(self, max_steps):
        obs, _ = self.env.reset(seed=self.idx)
        state = self.net.zeros()
        steps, ret = [], 0.0
        for n in range(1, max_steps + 1):
            q, state = self.net(torch.from_numpy(obs)[None, None], state)
            a = int(q.argmax()) if random.random() > self.eps else random.randrange(N_ACTIONS)
            nxt, r, term, trunc, _ = self.env.step(a)
            ret += r
            steps.append((obs, np.int64(a), np.float32(r), np.float32(term)))
            obs = nxt
            if term or trunc or len(steps) == SEQ:
                self.buffer.add.remote([self.pack(steps)])
                steps = []
            if term or trunc:
                print(f"actor {self.idx} step {n} return {ret:.2f}")
                obs, _ = self.env.reset()
                state = self.net.zeros()
                ret = 0.0
            if n % PULL_EVERY == 0:
                self.pull()


if __name__ == "__main__":
    ray.init()
    n_actors = 8
    buffer = ReplayBuffer.remote()
    learner = Learner.remote(buffer)
    actors = [Actor.remote(i, n_actors, learner, buffer) for i in range(n_actors)]
    jobs = [a.run.remote(5_000_000) for a in actors]
    while ray.wait(jobs, timeout=0)[1]:
        print("learner", ray.get(learner.update.remote(100)))
