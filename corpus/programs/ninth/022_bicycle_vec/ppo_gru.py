from typing import NamedTuple

import torch
import torch.nn as nn
from torch import Tensor
from torch.distributions import Categorical

from bicycles import BicycleBatch


class Rollout(NamedTuple):
    obs: Tensor
    start: Tensor
    action: Tensor
    logp: Tensor
    value: Tensor
    reward: Tensor
    done: Tensor
    h0: Tensor


class Rider(nn.Module):
    def __init__(self, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(2, 32), nn.Tanh())
        self.gru = nn.GRUCell(32, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.vf = nn.Linear(hidden, 1)

    def step(self, obs: Tensor, h: Tensor, start: Tensor):
        h = h * (1.0 - start).unsqueeze(1)
        h = self.gru(self.body(obs), h)
        return Categorical(logits=self.pi(h)), self.vf(h).squeeze(1), h

    def sequence(self, obs: Tensor, h: Tensor, start: Tensor):
        logits, values = [], []
        for o, s in zip(obs, start):
            dist, v, h = self.step(o, h, s)
            logits.append(dist.logits)
            values.append(v)
        return Categorical(logits=torch.stack(logits)), torch.stack(values)


class Collector:
    def __init__(self, env: BicycleBatch, rider: Rider):
        self.env, self.rider = env, rider
        self.obs = env.observe()
        self.h = torch.zeros(env.n, rider.hidden)
        self.start = torch.ones(env.n)
        self.lengths: list[int] = []

    @torch.no_grad()
    def collect(self, steps: int) -> tuple[Rollout, Tensor]:
        h0 = self.h.clone()
        rows = []
        for _ in range(steps):
            dist, value, self.h = self.rider.step(self.obs, self.h, self.start)
            action = dist.sample()
            nxt, reward, done, lengths = self.env.step(action)
            rows.append((self.obs, self.start, action, dist.log_prob(action), value, reward, done))
            self.obs, self.start = nxt, done
            self.lengths += lengths
        _, last, _ = self.rider.step(self.obs, self.h, self.start)
        return Rollout(*(torch.stack(c) for c in zip(*rows)), h0), last


def gae(ro: Rollout, last: Tensor, gamma: float, lam: float) -> Tensor:
    adv = torch.zeros_like(ro.reward)
    acc, nxt = torch.zeros_like(last), last
    for t in reversed(range(len(adv))):
        alive = 1.0 - ro.done[t]
        delta = ro.reward[t] + gamma * nxt * alive - ro.value[t]
        acc = delta + gamma * lam * alive * acc
        adv[t], nxt = acc, ro.value[t]
    return adv


def main(n_envs=32, steps=128, iterations=500, epochs=4, clip=0.2):
    torch.manual_seed(0)
    rider = Rider()
    opt = torch.optim.Adam(rider.parameters(), lr=5e-4)
    col = Collector(BicycleBatch(n_envs), rider)
    for it in range(iterations):
        ro, last = col.collect(steps)
        adv = gae(ro, last, 0.99, 0.95)
        ret = adv + ro.value
        norm = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(epochs):
            for idx in torch.randperm(n_envs).chunk(4):
                dist, value = rider.sequence(ro.obs[:, idx], ro.h0[idx], ro.start[:, idx])
                ratio = (dist.log_prob(ro.action[:, idx]) - ro.logp[:, idx]).exp()
                a = norm[:, idx]
                pg = -torch.min(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a).mean()
                loss = pg + 0.5 * (ret[:, idx] - value).pow(2).mean() - 0.005 * dist.entropy().mean()
                opt.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(rider.parameters(), 0.5)
                opt.step()
        if it % 10 == 0 and col.lengths:
            recent = col.lengths[-200:]
            print(f"{it:4d} ride {sum(recent) / len(recent):.1f} steps")
    torch.save(rider.state_dict(), "rider.pt")


if __name__ == "__main__":
    main()
