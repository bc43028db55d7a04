"""Online PlaNet in the wave pool: act and train in turns."""
import random
from collections import deque
from pathlib import Path

import torch
from torch.distributions import Normal, kl_divergence

from wavepool import WavePool
from world import WorldModel


class OnlineSurfer:
    def __init__(self, out="planet", chunk=40, train_every=50, train_steps=25, noise=0.2):
        self.out = Path(out)
        self.out.mkdir(exist_ok=True)
        self.pool = WavePool()
        self.world = WorldModel(WavePool.obs_dim, WavePool.act_dim)
        self.opt = torch.optim.Adam(self.world.parameters(), lr=1e-3, eps=1e-4)
        self.replay = deque(maxlen=200)
        self.chunk, self.train_every, self.train_steps, self.noise = chunk, train_every, train_steps, noise
        self.best = float("inf")
        self.recent = deque(maxlen=20)

    def begin(self):
        self.obs = self.pool.reset()
        self.belief = self.world.blank(1)
        self.act = torch.zeros(1, WavePool.act_dim)
        self.ride = []

    @torch.no_grad()
    def move(self):
        self.belief, _, _ = self.world.filter(self.belief, self.act, self.obs[None])
        self.act = self.world.plan(self.belief, WavePool.act_dim)
        self.act = (self.act + self.noise * torch.randn_like(self.act)).clamp(-1, 1)
        nxt, reward, done = self.pool.step(self.act[0])
        self.ride.append((self.obs, self.act[0], torch.tensor(reward)))
        self.obs = nxt
        return reward, done

    def fit(self):
        total = 0.0
        for _ in range(self.train_steps):
            rides = random.choices([r for r in self.replay if len(r) > self.chunk], k=16)
            cuts = [random.randrange(len(r) - self.chunk) for r in rides]
            batch = [r[c:c + self.chunk] for r, c in zip(rides, cuts)]
            obs, act, rew = (torch.stack([torch.stack([s[i] for s in b]) for b in batch], 1) for i in range(3))
            b, prev, loss = self.world.blank(16), torch.zeros(16, WavePool.act_dim), 0.0
            for t in range(self.chunk):
                b, prior, post = self.world.filter(b, prev, obs[t])
                loss = loss + (self.world.obs_head(b.feat) - obs[t]).pow(2).sum(-1).mean()
                if t > 0:
                    loss = loss + (self.world.rew_head(b.feat).squeeze(-1) - rew[t - 1]).pow(2).mean()
                loss = loss + kl_divergence(Normal(*post), Normal(*prior)).sum(-1).clamp(min=3.0).mean()
                prev = act[t]
            loss = loss / self.chunk
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.world.parameters(), 1000.0)
            self.opt.step()
            total += loss.item() / self.train_steps
        return total

    def watch(self, loss):
        self.recent.append(loss)
        mean = sum(self.recent) / len(self.recent)
        if mean < self.best and len(self.recent) == self.recent.maxlen:
            self.best = mean
            torch.save(self.world.state_dict(), self.out / "world.pt")
        elif mean > 2.0 * self.best:
            print(f"model loss {mean:.2f} (best {self.best:.2f}), restoring")
            self.world.load_state_dict(torch.load(self.out / "world.pt"))
            self.recent.clear()

    def run(self, rides=500):
        step = 0
        for n in range(rides):
            self.begin()
            total, done = 0.0, False
            while not done:
                reward, done = self.move()
                total += reward
                step += 1
                if step % self.train_every == 0 and any(len(r) > self.chunk for r in self.replay):
                    self.watch(self.fit())
            self.replay.append(self.ride)
            print(f"ride {n}: {len(self.ride)} steps, reward {total:.1f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    OnlineSurfer().run()
