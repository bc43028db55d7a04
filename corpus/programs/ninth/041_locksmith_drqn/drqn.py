import argparse
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class PinTumbler:
    """Feel your way through a lock: push a pin (0..4) or turn. A set pin clicks, but only when you push it."""

    n_pins = 5
    obs_dim = 8
    n_actions = 6

    def reset(self):
        self.order = random.sample(range(self.n_pins), self.n_pins)
        self.set = 0
        self.t = 0
        self.last = -1
        return self._obs(0.0, 0.0)

    def _obs(self, click, slip):
        o = [0.0] * 8
        if self.last >= 0:
            o[self.last] = 1.0
        o[6], o[7] = click, slip
        return o

    def step(self, a):
        self.last = a
        self.t += 1
        click = slip = reward = 0.0
        done = False
        if a == 5:
            done = self.set == self.n_pins
            reward = 5.0 if done else -0.2
        elif self.set < self.n_pins and a == self.order[self.set]:
            self.set += 1
            click, reward = 1.0, 0.2
        elif a not in self.order[: self.set]:
            if random.random() < 0.3 and self.set:
                self.set -= 1
                slip = 1.0
        return self._obs(click, slip), reward - 0.02, done or self.t >= 60


class DRQN(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(PinTumbler.obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.fc2 = nn.Linear(hidden, PinTumbler.n_actions)

    def forward(self, x, hc=None):
        y, hc = self.lstm(F.relu(self.fc1(x)), hc)
        return self.fc2(y), hc


class EpisodeMemory:
    def __init__(self, size):
        self.episodes = deque(maxlen=size)

    def add(self, ep):
        self.episodes.append(ep)

    def sample(self, n, length):
        obs = torch.zeros(n, length + 1, PinTumbler.obs_dim)
        act = torch.zeros(n, length, dtype=torch.long)
        rew, end, mask = torch.zeros(n, length), torch.zeros(n, length), torch.zeros(n, length)
        for i, ep in enumerate(random.choices(self.episodes, k=n)):
            start = random.randint(0, max(0, len(ep["a"]) - length))
            a = ep["a"][start : start + length]
            k = len(a)
            obs[i, : k + 1] = torch.tensor(ep["o"][start : start + k + 1])
            act[i, :k] = torch.tensor(a)
            rew[i, :k] = torch.tensor(ep["r"][start : start + k])
            end[i, k - 1] = float(start + k == len(ep["a"]))
            mask[i, :k] = 1.0
        return obs, act, rew, end, mask


def train_step(q, target, opt, memory, args):
    obs, act, rew, end, mask = memory.sample(args.batch, args.seq)
    qs, _ = q(obs)
    with torch.no_grad():
        qt, _ = target(obs)
        best = qs[:, 1:].argmax(-1, keepdim=True)
        nxt = qt[:, 1:].gather(-1, best).squeeze(-1)
        y = rew + args.gamma * (1 - end) * nxt
    cur = qs[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
    loss = (F.smooth_l1_loss(cur, y, reduction="none") * mask).sum() / mask.sum()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(q.parameters(), 10.0)
    opt.step()
    return loss.item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=20000)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--seq", type=int, default=20)
    p.add_argument("--gamma", type=float, default=0.97)
    p.add_argument("--train-every", type=int, default=4)
    p.add_argument("--copy-every", type=int, default=500)
    p.add_argument("--warmup", type=int, default=100)
    args = p.parse_args()

    env = PinTumbler()
    q, target = DRQN(), DRQN()
    target.load_state_dict(q.state_dict())
    opt = torch.optim.Adam(q.parameters(), lr=5e-4)
    memory = EpisodeMemory(2000)
    steps, wins, loss = 0, deque(maxlen=100), float("nan")
    for ep in range(args.episodes):
        eps = max(0.05, 1.0 - ep / 4000)
        o, done, hc = env.reset(), False, None
        data = {"o": [o], "a": [], "r": []}
        while not done:
            with torch.no_grad():
                values, hc = q(torch.tensor(o).view(1, 1, -1), hc)
            a = random.randrange(PinTumbler.n_actions) if random.random() < eps else values.argmax().item()
            o, r, done = env.step(a)
            data["o"].append(o)
            data["a"].append(a)
            data["r"].append(r)
            steps += 1
            if ep >= args.warmup and steps % args.train_every == 0:
                loss = train_step(q, target, opt, memory, args)
            if steps % args.copy_every == 0:
                target.load_state_dict(q.state_dict())
        memory.add(data)
        wins.append(r > 1)
        if ep % 200 == 0:
            print(f"{ep} eps {eps:.2f} opened {sum(wins) / len(wins):.2f} loss {loss:.4f}")


if __name__ == "__main__":
    main()
