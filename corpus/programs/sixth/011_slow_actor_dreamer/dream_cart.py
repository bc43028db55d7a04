"""A small Dreamer for a warehouse cart with a flickering range sensor. The robot is driven by a slow (averaged) copy."""
from __future__ import annotations

import argparse
import copy
from collections import deque
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence


class Latent(NamedTuple):
    deter: Tensor
    stoch: Tensor

    def feat(self) -> Tensor:
        return torch.cat(self, -1)


class Cart:
    """1-D aisle; the shelf to stop at is shown during the first ten steps only."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.x, self.v, self.t = 0.0, 0.0, 0
        self.goal = self.rng.uniform(-1, 1)
        return self._see()

    def _see(self) -> np.ndarray:
        flick = self.rng.random() < 0.3
        return np.array([0 if flick else self.x, float(flick), self.goal if self.t < 10 else 0], np.float32)

    def step(self, u: float):
        self.v = 0.9 * self.v + 0.02 * float(np.clip(u, -1, 1))
        self.x = float(np.clip(self.x + self.v, -1.5, 1.5))
        self.t += 1
        return self._see(), -abs(self.x - self.goal), self.t >= 200


class World(nn.Module):
    def __init__(self, obs: int = 3, act: int = 1, deter: int = 96, stoch: int = 16) -> None:
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.prior = nn.Sequential(nn.Linear(deter, 96), nn.ELU(), nn.Linear(96, 2 * stoch))
        self.post = nn.Sequential(nn.Linear(deter + obs, 96), nn.ELU(), nn.Linear(96, 2 * stoch))
        self.dec = nn.Sequential(nn.Linear(deter + stoch, 96), nn.ELU(), nn.Linear(96, obs + 1))

    def start(self, n: int) -> Latent:
        return Latent(torch.zeros(n, self.deter), torch.zeros(n, self.stoch))

    @staticmethod
    def _dist(p: Tensor) -> Normal:
        m, s = p.chunk(2, -1)
        return Normal(m, F.softplus(s) + 0.1)

    def imagine(self, z: Latent, a: Tensor) -> tuple[Latent, Normal]:
        d = self.gru(F.elu(self.inp(torch.cat([z.stoch, a], -1))), z.deter)
        p = self._dist(self.prior(d))
        return Latent(d, p.rsample()), p

    def observe(self, z: Latent, a: Tensor, o: Tensor) -> tuple[Latent, Normal, Normal]:
        prior_z, p = self.imagine(z, a)
        q = self._dist(self.post(torch.cat([prior_z.deter, o], -1)))
        return Latent(prior_z.deter, q.rsample()), p, q


class Brain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        f = self.world.deter + self.world.stoch
        self.actor = nn.Sequential(nn.Linear(f, 64), nn.ELU(), nn.Linear(64, 2))
        self.critic = nn.Sequential(nn.Linear(f, 64), nn.ELU(), nn.Linear(64, 1))

    def policy(self, z: Latent) -> Normal:
        m, s = self.actor(z.feat()).chunk(2, -1)
        return Normal(m.tanh(), F.softplus(s) + 0.05)


@torch.no_grad()
def drag(slow: nn.Module, fast: nn.Module, tau: float) -> None:
    torch._foreach_lerp_(list(slow.parameters()), list(fast.parameters()), tau)


def train_once(b: Brain, opts, store, rng, batch: int = 16, length: int = 32, horizon: int = 12) -> float:
    obs, act, rew = [], [], []
    for _ in range(batch):
        o, a, r = store[rng.integers(len(store))]
        i = rng.integers(len(o) - length)
        obs.append(o[i:i + length]), act.append(a[i:i + length]), rew.append(r[i:i + length])
    obs, act, rew = (torch.as_tensor(np.stack(x)).transpose(0, 1) for x in (obs, act, rew))
    z, loss, starts = b.world.start(batch), 0.0, []
    for t in range(length):
        z, p, q = b.world.observe(z, act[t], obs[t])
        out = b.world.dec(z.feat())
        loss = loss + F.mse_loss(out[:, :-1], obs[t]) + F.mse_loss(out[:, -1], rew[t])
        loss = loss + 0.1 * kl_divergence(q, p).sum(-1).clamp(min=1.0).mean()
        starts.append(Latent(z.deter.detach(), z.stoch.detach()))
    opts[0].zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(b.world.parameters(), 100)
    opts[0].step()

    z = Latent(*(torch.cat(x) for x in zip(*starts)))
    feats, rs = [], []
    for _ in range(horizon):
        z, _ = b.world.imagine(z, b.policy(z).rsample())
        feats.append(z.feat())
        rs.append(b.world.dec(z.feat())[:, -1])
    g, rets = b.critic(feats[-1]).squeeze(-1), []
    for r, f in zip(reversed(rs), reversed(feats)):
        g = r + 0.95 * (0.05 * b.critic(f).squeeze(-1) + 0.95 * g)
        rets.append(g)
    rets = torch.stack(rets[::-1])
    opts[1].zero_grad()
    (-rets.mean()).backward()
    nn.utils.clip_grad_norm_(b.actor.parameters(), 100)
    opts[1].step()
    vloss = F.mse_loss(b.critic(torch.stack(feats).detach()).squeeze(-1), rets.detach())
    opts[2].zero_grad()
    vloss.backward()
    opts[2].step()
    return float(loss)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=100_000)
    ap.add_argument("--every", type=int, default=4)
    ap.add_argument("--tau", type=float, default=0.02)
    cfg = ap.parse_args()
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    brain = Brain()
    slow = copy.deepcopy(brain).requires_grad_(False)
    opts = [torch.optim.Adam(m.parameters(), lr) for m, lr in ((brain.world, 6e-4), (brain.actor, 8e-5), (brain.critic, 8e-5))]
    store: deque = deque(maxlen=500)
    env = Cart(1)
    o, r, ep, total = env.reset(), 0.0, ([], [], []), 0.0
    z, a = slow.world.start(1), torch.zeros(1, 1)
    for step in range(cfg.steps):
        ep[0].append(o), ep[1].append(a[0].numpy().copy()), ep[2].append(np.float32(r))
        with torch.no_grad():
            z, _, _ = slow.world.observe(z, a, torch.as_tensor(o).unsqueeze(0))
            a = slow.policy(z).sample()
        o, r, done = env.step(a.item())
        total += r
        if done:
            store.append(tuple(np.stack(x) for x in ep))
            print(step, round(total, 2))
            o, r, ep, total = env.reset(), 0.0, ([], [], []), 0.0
            z, a = slow.world.start(1), torch.zeros(1, 1)
        if len(store) >= 5 and step % cfg.every == 0:
            train_once(brain, opts, store, rng)
            drag(slow, brain, cfg.tau)


if __name__ == "__main__":
    main()
