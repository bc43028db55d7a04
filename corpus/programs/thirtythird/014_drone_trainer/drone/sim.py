from __future__ import annotations

import torch


class HoverSim:
    obs_dim = 6
    act_dim = 2

    def __init__(self, n: int, horizon: int = 300, generator: torch.Generator | None = None):
        self.n, self.horizon, self.gen = n, horizon, generator

    def _rand(self, k: int, d: int) -> torch.Tensor:
        return torch.randn(k, d, generator=self.gen)

    def reset(self) -> torch.Tensor:
        self.pos, self.vel = self._rand(self.n, 2), torch.zeros(self.n, 2)
        self.wind = 0.3 * self._rand(self.n, 2)
        self.t = torch.zeros(self.n, dtype=torch.long)
        return self.obs()

    def obs(self) -> torch.Tensor:
        clock = (self.t.float() / self.horizon).unsqueeze(1)
        return torch.cat([self.pos, self.vel + 0.05 * self._rand(self.n, 2), clock, torch.ones_like(clock)], 1)

    def step(self, act: torch.Tensor):
        self.wind = 0.99 * self.wind + 0.03 * self._rand(self.n, 2)
        self.vel = 0.98 * self.vel + 0.05 * (act.clamp(-2, 2) + self.wind)
        self.pos = self.pos + 0.05 * self.vel
        self.t += 1
        dist = self.pos.norm(dim=1)
        lost = dist > 6
        done = lost | (self.t >= self.horizon)
        reward = 1.0 / (1.0 + dist) - 5.0 * lost.float()
        k = int(done.sum())
        if k:
            self.pos[done], self.vel[done] = self._rand(k, 2), 0.0
            self.wind[done], self.t[done] = 0.3 * self._rand(k, 2), 0
        return self.obs(), reward, done
