"""Asynchronous advantage learner for haul trucks on a one-lane ramp."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import nn


@dataclass(frozen=True)
class Settings:
    workers: int = 6
    chunk: int = 60
    updates_per_worker: int = 8000
    lr: float = 3e-4
    gamma: float = 0.99
    hidden: int = 72
    clip: float = 5.0


class RampEnv:
    OBS, ACT = 8, 3  # wait, go up, go down

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.up, self.down = self.rng.integers(1, 5, 2)
        self.ramp, self.direction, self.t = 0, 0, 0
        self.grade = self.rng.uniform(0.05, 0.12)
        return self.observe()

    def observe(self) -> np.ndarray:
        return np.array(
            [self.up / 8, self.down / 8, self.ramp / 10, self.direction == 1, self.direction == -1,
             self.t / 600, self.grade * 5, 1.0], dtype=np.float32)

    def step(self, action: int) -> tuple[np.ndarray, float, bool]:
        self.t += 1
        reward = -0.01 * float(self.up + self.down)
        if self.ramp > 0:
            self.ramp -= 1
            if self.ramp == 0:
                reward += 1.0
                self.direction = 0
        if action and self.ramp == 0:
            side = "up" if action == 1 else "down"
            if getattr(self, side) > 0:
                setattr(self, side, getattr(self, side) - 1)
                self.direction = 1 if action == 1 else -1
                self.ramp = 8 if action == 1 else 5
        self.up += int(self.rng.random() < 0.07 and self.up < 8)
        self.down += int(self.rng.random() < 0.07 and self.down < 8)
        return self.observe(), reward, self.t >= 600


class RampNet(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(RampEnv.OBS, hidden)
        self.policy = nn.Linear(hidden, RampEnv.ACT)
        self.value = nn.Linear(hidden, 1)

    def fresh(self) -> torch.Tensor:
        return torch.zeros(1, self.hidden)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        h = self.gru(obs, h)
        return self.policy(h), self.value(h).view(()), h


def chunk_loss(steps, tail: torch.Tensor, gamma: float) -> torch.Tensor:
    loss, ret = torch.zeros(()), tail
    for logp, ent, value, reward, over in reversed(steps):
        ret = reward + gamma * ret * (0.0 if over else 1.0)
        adv = ret - value
        loss = loss - logp * adv.detach() + 0.5 * adv.square() - 0.01 * ent
    return loss / len(steps)


def worker(rank: int, cfg: Settings, central: RampNet, opt: torch.optim.Optimizer, lock) -> None:
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env = RampEnv(rank)
    local = RampNet(cfg.hidden)
    obs = env.reset()
    score = 0.0
    for update in range(cfg.updates_per_worker):
        with lock:
            local.load_state_dict(central.state_dict())
        h = local.fresh()
        steps = []
        for _ in range(cfg.chunk):
            logits, value, h = local(torch.from_numpy(obs)[None], h)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            obs, reward, over = env.step(int(act))
            score += reward
            steps.append((dist.log_prob(act).sum(), dist.entropy().sum(), value, reward, over))
            if over:
                if rank == 0:
                    print(f"update {update} shift reward {score:.2f}", flush=True)
                score = 0.0
                obs = env.reset()
                h = local.fresh()
        with torch.no_grad():
            tail = local(torch.from_numpy(obs)[None], h)[1]
        local.zero_grad()
        chunk_loss(steps, tail, cfg.gamma).backward()
        nn.utils.clip_grad_norm_(local.parameters(), cfg.clip)
        with lock:
            for c, p in zip(central.parameters(), local.parameters()):
                c.grad = p.grad.clone()
            opt.step()


def main() -> None:
    mp.set_start_method("spawn")
    cfg = Settings()
    central = RampNet(cfg.hidden).share_memory()
    opt = torch.optim.SGD(central.parameters(), lr=cfg.lr)
    lock = mp.Lock()
    team = [mp.Process(target=worker, args=(i, cfg, central, opt, lock)) for i in range(cfg.workers)]
    [p.start() for p in team]
    [p.join() for p in team]
    torch.save(central.state_dict(), "ramp.pt")


if __name__ == "__main__":
    main()
