"""Deep recurrent Q-learning for a lift in a seven-storey building (calls are hidden until a stop)."""
import collections
import dataclasses
import random
from typing import Deque, List, Tuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclasses.dataclass
class Config:
    floors: int = 7
    episode: int = 200
    gamma: float = 0.98
    lr: float = 2.5e-4
    batch: int = 16
    seq_len: int = 20
    burn_in: int = 8
    copy_every: int = 500
    train_every: int = 4
    total: int = 400_000
    warmup: int = 5_000


class Lift:
    def __init__(self, cfg: Config, seed=0):
        self.cfg, self.rng = cfg, random.Random(seed)

    def reset(self):
        self.at, self.t = 0, 0
        self.waiting = [0] * self.cfg.floors
        self.seen = [0] * self.cfg.floors
        return self.obs()

    def obs(self):
        one = np.zeros(self.cfg.floors, np.float32)
        one[self.at] = 1
        return np.concatenate([one, np.array([min(self.waiting[self.at], 5) / 5, self.t / self.cfg.episode], np.float32)])

    def step(self, a):
        if self.rng.random() < 0.4:
            self.waiting[self.rng.randrange(self.cfg.floors)] += 1
        served = 0
        if a == 0:
            served, self.waiting[self.at] = self.waiting[self.at], 0
        else:
            self.at = max(0, min(self.cfg.floors - 1, self.at + (1 if a == 1 else -1)))
        self.t += 1
        return self.obs(), served - 0.05 * sum(self.waiting), self.t >= self.cfg.episode


class DRQN(nn.Module):
    def __init__(self, n_obs, n_act, width=96):
        super().__init__()
        self.fc = nn.Linear(n_obs, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.adv = nn.Linear(width, n_act)
        self.val = nn.Linear(width, 1)

    def forward(self, x, hidden=None):
        y, hidden = self.lstm(F.relu(self.fc(x)), hidden)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hidden


Episode = Tuple[np.ndarray, np.ndarray, np.ndarray]


class EpisodeReplay:
    def __init__(self, capacity=500):
        self.data: Deque[Episode] = collections.deque(maxlen=capacity)

    def add(self, obs: List[np.ndarray], acts: List[int], rews: List[float]):
        self.data.append((np.stack(obs), np.array(acts), np.array(rews, np.float32)))

    def sample(self, n, length):
        out = []
        for _ in range(n):
            o, a, r = random.choice(self.data)
            i = random.randrange(0, len(a) - length)
            out.append((o[i : i + length + 1], a[i : i + length], r[i : i + length]))
        return [torch.as_tensor(np.stack(z)) for z in zip(*out)]


class Lifter:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        n_obs = cfg.floors + 2
        self.online, self.target = DRQN(n_obs, 3), DRQN(n_obs, 3)
        self.target.load_state_dict(self.online.state_dict())
        for p in self.target.parameters():
            p.requires_grad_(False)
        self.opt = torch.optim.Adam(self.online.parameters(), lr=cfg.lr)
        self.hidden = None
        self.updates = 0

    def start_episode(self):
        self.hidden = None

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.hidden = self.online(torch.from_numpy(obs).view(1, 1, -1), self.hidden)
        return random.randrange(3) if random.random() < eps else int(q.argmax())

    def learn(self, replay: EpisodeReplay):
        cfg = self.cfg
        obs, acts, rews = replay.sample(cfg.batch, cfg.burn_in + cfg.seq_len)
        with torch.no_grad():
            _, h_on = self.online(obs[:, : cfg.burn_in])
            _, h_tg = self.target(obs[:, : cfg.burn_in])
        tail = obs[:, cfg.burn_in :]
        q, _ = self.online(tail, h_on)
        with torch.no_grad():
            tq, _ = self.target(tail, h_tg)
            best = q[:, 1:].argmax(-1, keepdim=True)
            nxt = tq[:, 1:].gather(-1, best).squeeze(-1)
        y = rews[:, cfg.burn_in :] + cfg.gamma * nxt
        chosen = q[:, :-1].gather(-1, acts[:, cfg.burn_in :].unsqueeze(-1)).squeeze(-1)
        loss = F.smooth_l1_loss(chosen, y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % cfg.copy_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return float(loss)


def train(cfg: Config):
    env, agent, replay = Lift(cfg), Lifter(cfg), EpisodeReplay()
    step, history = 0, []
    while step < cfg.total:
        obs, done = env.reset(), False
        agent.start_episode()
        seen, acts, rews = [obs], [], []
        while not done:
            eps = max(0.05, 1 - step / 100_000)
            a = agent.act(obs, eps)
            obs, r, done = env.step(a)
            seen.append(obs)
            acts.append(a)
            rews.append(r)
            step += 1
            if len(replay.data) * cfg.episode > cfg.warmup and step % cfg.train_every == 0:
                agent.learn(replay)
        replay.add(seen, acts, rews)
        history.append(sum(rews))
        if len(history) % 20 == 0:
            print(f"{step:7d}  {np.mean(history[-20:]):8.2f}")
    torch.save(agent.online.state_dict(), "lift.pt")


if __name__ == "__main__":
    train(Config())
