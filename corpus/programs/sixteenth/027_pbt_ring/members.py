from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


class RingNet(nn.Module):
    def __init__(self, obs: int = 5, act: int = 4, width: int = 48):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs, width)
        self.mem = nn.GRUCell(width, width)
        self.out = nn.Linear(width, act + 1)

    def initial(self, n: int) -> Tensor:
        return torch.zeros(n, self.width)

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h = self.mem(torch.tanh(self.inp(x)), h)
        y = self.out(h)
        return y[:, :-1], y[:, -1], h


@dataclass
class Member:
    name: str
    net: RingNet
    lr: float
    entropy: float
    envs: "RingEnv"
    score: float = 0.0
    history: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.optim = torch.optim.RMSprop(self.net.parameters(), lr=self.lr)
        self.obs = self.envs.reset()
        self.memory = self.net.initial(self.envs.n)

    def learn(self, updates: int, horizon: int = 20) -> None:
        for _ in range(updates):
            h = self.memory.detach()
            logp, val, rew, notdone, ent = [], [], [], [], []
            for _ in range(horizon):
                logits, v, h = self.net(self.obs, h)
                pi = torch.distributions.Categorical(logits=logits)
                a = pi.sample()
                self.obs, r, done = self.envs.step(a)
                h = h * (~done).float().unsqueeze(1)
                logp.append(pi.log_prob(a)); val.append(v); rew.append(r)
                notdone.append((~done).float()); ent.append(pi.entropy())
            self.memory = h
            with torch.no_grad():
                g = self.net(self.obs, h)[1]
            targets = []
            for r, m in zip(reversed(rew), reversed(notdone)):
                g = r + 0.98 * m * g
                targets.insert(0, g)
            adv = torch.stack(targets) - torch.stack(val)
            loss = (-(torch.stack(logp) * adv.detach()) + 0.5 * adv ** 2
                    - self.entropy * torch.stack(ent)).mean()
            self.optim.zero_grad()
            loss.backward()
            self.optim.step()
            self.score = 0.95 * self.score + 0.05 * torch.stack(rew).mean().item()
        self.history.append(self.score)

    def copy_from(self, other: "Member") -> None:
        self.net.load_state_dict(other.net.state_dict())
        self.optim.load_state_dict(deepcopy(other.optim.state_dict()))
        self.memory = self.net.initial(self.envs.n)
        self.obs = self.envs.reset()
        self.score = other.score

    def perturb(self) -> None:
        self.lr = self.lr * (1.25 if torch.rand(()) < 0.5 else 0.8)
        self.entropy = self.entropy * (1.25 if torch.rand(()) < 0.5 else 0.8)
        for g in self.optim.param_groups:
            g["lr"] = self.lr


class RingEnv:
    """Walk around a ring to a cue that is only shown in the first step."""

    def __init__(self, n: int, size: int = 11):
        self.n, self.size = n, size

    def reset(self) -> Tensor:
        self.pos = torch.zeros(self.n, dtype=torch.long)
        self.t = torch.zeros(self.n, dtype=torch.long)
        self.goal = torch.randint(self.size, (self.n,))
        return self._obs()

    def _obs(self) -> Tensor:
        cue = torch.where(self.t == 0, self.goal, torch.zeros_like(self.goal)).float() / self.size
        p = self.pos.float() / self.size
        return torch.stack([p, cue, (self.t == 0).float(), p.sin(), p.cos()], 1)

    def step(self, a: Tensor):
        self.pos = (self.pos + a - 1) % self.size
        self.t += 1
        hit = self.pos == self.goal
        done = hit | (self.t >= 40)
        self.pos[done] = 0
        self.t[done] = 0
        self.goal[done] = torch.randint(self.size, (int(done.sum()),))
        return self._obs(), hit.float() - 0.01, done


def main() -> None:
    pop = [Member(f"m{i}", RingNet(), 10 ** float(-2.5 - torch.rand(())), 0.01, RingEnv(16))
           for i in range(6)]
    for rnd in range(60):
        for m in pop:
            m.learn(40)
        pop.sort(key=lambda m: m.score)
        for low, high in zip(pop[:2], pop[-2:]):
            low.copy_from(high)
            low.perturb()
        print(rnd, [f"{m.name}:{m.score:.3f}" for m in pop])
    torch.save(pop[-1].net.state_dict(), "ring_best.pt")


if __name__ == "__main__":
    main()
