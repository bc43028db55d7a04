"""DRQN for a keelboat race start: several sailing processes, one learner."""
from __future__ import annotations

import queue
import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import Tensor, nn


@dataclass
class Cfg:
    actors: int = 3
    hidden: int = 80
    lr: float = 5e-4
    gamma: float = 0.99
    batch: int = 16
    capacity: int = 2000
    updates: int = 40_000
    publish: int = 50
    target: int = 400


class StartLine:
    """Be at the line at full speed exactly when the gun goes; the clock is not visible after the one minute signal."""

    n_obs, n_act = 4, 3

    def reset(self, rng: np.random.Generator) -> np.ndarray:
        self.rng = rng
        self.left = int(rng.integers(60, 90))
        self.dist, self.speed = float(rng.uniform(0.5, 1.0)), 0.0
        return self.obs()

    def obs(self) -> np.ndarray:
        signal = float(self.left == 60)
        puff = self.rng.normal(0.0, 0.05)
        return np.array([self.dist, self.speed + puff, signal, 1.0], dtype=np.float32)

    def step(self, a: int) -> tuple[np.ndarray, float, bool]:
        self.speed = np.clip(self.speed + (a - 1) * 0.08, -0.3, 1.0)
        self.dist -= 0.02 * self.speed
        self.left -= 1
        if self.left > 0:
            return self.obs(), 0.0, False
        reward = -2.0 if self.dist < 0 else self.speed - 3.0 * self.dist
        return self.obs(), float(reward), True


class BoatQ(nn.Module):
    def __init__(self, cfg: Cfg) -> None:
        super().__init__()
        self.cfg = cfg
        self.cell = nn.LSTM(StartLine.n_obs, cfg.hidden, batch_first=True)
        self.q = nn.Linear(cfg.hidden, StartLine.n_act)

    def forward(self, x: Tensor, s: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        y, s = self.cell(x, s)
        return self.q(y), s


def newest(box: mp.Queue) -> dict | None:
    weights = None
    while True:
        try:
            weights = box.get_nowait()
        except queue.Empty:
            return weights


def sail(rank: int, cfg: Cfg, box: mp.Queue, out: mp.Queue) -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(rank)
    env, net = StartLine(), BoatQ(cfg)
    eps = 0.5
    while True:
        weights = newest(box)
        if weights is not None:
            net.load_state_dict(weights)
            eps = max(0.02, eps * 0.97)
        obs, memory, done = env.reset(rng), None, False
        xs, acts, rews = [], [], []
        while not done:
            with torch.no_grad():
                q, memory = net(torch.from_numpy(obs).view(1, 1, -1), memory)
            a = int(rng.integers(env.n_act)) if rng.random() < eps else int(q.argmax())
            xs.append(obs)
            acts.append(a)
            obs, r, done = env.step(a)
            rews.append(r)
        out.put((np.stack(xs), np.array(acts), np.array(rews, dtype=np.float32)))


def td_loss(net: BoatQ, target: BoatQ, episodes, gamma: float) -> Tensor:
    total = torch.zeros(())
    for xs, acts, rews in episodes:
        x = torch.from_numpy(xs).unsqueeze(0)
        q = net(x, None)[0][0]
        with torch.no_grad():
            nq = target(x, None)[0][0].amax(-1)
            y = torch.from_numpy(rews).clone()
            y[:-1] += gamma * nq[1:]
        total = total + nn.functional.smooth_l1_loss(q.gather(1, torch.from_numpy(acts)[:, None]).squeeze(1), y)
    return total / len(episodes)


def main() -> None:
    cfg = Cfg()
    mp.set_start_method("spawn")
    net, target = BoatQ(cfg), BoatQ(cfg)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.AdamW(net.parameters(), lr=cfg.lr)
    out: mp.Queue = mp.Queue(maxsize=64)
    boxes = [mp.Queue() for _ in range(cfg.actors)]
    crews = [mp.Process(target=sail, args=(i, cfg, boxes[i], out), daemon=True) for i in range(cfg.actors)]
    for c in crews:
        c.start()

    memory: list = []
    for u in range(cfg.updates):
        while len(memory) < 200 or not out.empty():
            memory.append(out.get())
        memory = memory[-cfg.capacity:]
        loss = td_loss(net, target, random.sample(memory, cfg.batch), cfg.gamma)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        if u % cfg.publish == 0:
            frozen = {k: v.detach().clone() for k, v in net.state_dict().items()}
            for b in boxes:
                b.put(frozen)
        if u % cfg.target == 0:
            target.load_state_dict(net.state_dict())
            recent = np.mean([m[2][-1] for m in memory[-100:]])
            print(f"{u:6d} loss {loss.item():.4f} start quality {recent:.3f}")
    torch.save(net.state_dict(), "keelboat.pt")


if __name__ == "__main__":
    main()
