"""Population of worker processes for a two-lane overtaking task.

Every worker owns its environment, its network and its learning; the parent only
ranks them and tells the weak ones whom to copy.
"""
from __future__ import annotations

import argparse
import multiprocessing as mp
import random
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


class Highway:
    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.gap, self.dv, self.lane, self.t = self.rng.uniform(10, 60), self.rng.normal(-3, 2), 0, 0
        self.oncoming = self.rng.uniform(50, 400)
        return self._obs()

    def _obs(self):
        visible = self.oncoming if self.oncoming < 150 else 150
        return np.array([self.gap / 60, self.dv / 10, self.lane, visible / 150], dtype=np.float32)

    def step(self, a):
        self.dv += (0, 0.4, -0.6)[a % 3]
        if a == 3:
            self.lane = 1 - self.lane
        self.gap += 0.2 * self.dv * -1
        self.oncoming -= 5 + self.rng.normal(0, 0.3)
        if self.oncoming < -50:
            self.oncoming = self.rng.uniform(100, 400)
        self.t += 1
        crash = (self.lane == 0 and abs(self.gap) < 4) or (self.lane == 1 and abs(self.oncoming) < 6)
        passed = self.gap < -15 and self.lane == 0
        r = -10.0 * crash + 5.0 * passed - 0.01 - 0.02 * self.lane
        return self._obs(), r, bool(crash or passed or self.t >= 400)


class DriverNet(nn.Module):
    def __init__(self, obs: int = 4, actions: int = 4, hidden: int = 48):
        super().__init__()
        self.hidden = hidden
        self.actor_rnn = nn.LSTMCell(obs, hidden)
        self.critic_rnn = nn.LSTMCell(obs, hidden)
        self.logits = nn.Linear(hidden, actions)
        self.value = nn.Linear(hidden, 1)

    def blank(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def act(self, x, hc):
        hc = self.actor_rnn(x, hc)
        return Categorical(logits=self.logits(hc[0])), hc

    def evaluate(self, x, hc):
        hc = self.critic_rnn(x, hc)
        return self.value(hc[0]).squeeze(-1), hc


@dataclass
class Settings:
    horizon: int = 40
    lr: float = 5e-4
    gamma: float = 0.99
    beta: float = 0.01


def worker(rank: int, pipe: Connection, cfg: Settings) -> None:
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env, net = Highway(rank), DriverNet()
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    memory: dict[str, tuple[torch.Tensor, torch.Tensor]] = {"pi": net.blank(), "vf": net.blank()}
    x = torch.from_numpy(env.reset()).unsqueeze(0)
    score, scores = 0.0, []

    while True:
        while pipe.poll():
            kind, payload = pipe.recv()
            if kind == "stop":
                return
            elif kind == "report":
                pipe.send((float(np.mean(scores[-20:])) if scores else -1e9, len(scores)))
            elif kind == "donate":
                pipe.send({k: v.numpy().copy() for k, v in net.state_dict().items()})
            elif kind == "adopt":
                net.load_state_dict({k: torch.from_numpy(v) for k, v in payload.items()})
                opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
                memory["pi"] = net.blank()

        logps, ents, values, rewards, alive = [], [], [], [], []
        for _ in range(cfg.horizon):
            dist, memory["pi"] = net.act(x, memory["pi"])
            value, memory["vf"] = net.evaluate(x, memory["vf"])
            a = dist.sample()
            obs, r, over = env.step(int(a))
            score += r
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(r)
            alive.append(0.0 if over else 1.0)
            if over:
                scores.append(score)
                score = 0.0
                memory = {"pi": net.blank(), "vf": net.blank()}
                obs = env.reset()
            x = torch.from_numpy(obs).unsqueeze(0)

        with torch.no_grad():
            ret, _ = net.evaluate(x, memory["vf"])
        loss = torch.zeros(1)
        for i in reversed(range(cfg.horizon)):
            ret = rewards[i] + cfg.gamma * alive[i] * ret
            adv = ret - values[i]
            loss = loss - logps[i] * adv.detach() + 0.5 * adv.pow(2) - cfg.beta * ents[i]
        opt.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        memory = {k: (h.detach(), c.detach()) for k, (h, c) in memory.items()}


def ask(pipe: Connection, kind: str, payload: Any = None) -> Any:
    pipe.send((kind, payload))
    return pipe.recv()


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("-n", type=int, default=8)
    ap.add_argument("--minutes", type=float, default=30)
    ap.add_argument("--pause", type=float, default=20, help="seconds between rankings")
    ns = ap.parse_args()

    ctx = mp.get_context("spawn")
    pipes, procs = [], []
    for rank in range(ns.n):
        ours, theirs = ctx.Pipe()
        proc = ctx.Process(target=worker, args=(rank, theirs, Settings(lr=10 ** random.uniform(-4, -3))), daemon=True)
        proc.start()
        pipes.append(ours)
        procs.append(proc)

    import time

    end = time.time() + 60 * ns.minutes
    while time.time() < end:
        time.sleep(ns.pause)
        ranked = sorted(((ask(p, "report")[0], i) for i, p in enumerate(pipes)), reverse=True)
        print("  ".join(f"#{i}:{s:.2f}" for s, i in ranked))
        donor, loser = ranked[0][1], ranked[-1][1]
        pipes[loser].send(("adopt", ask(pipes[donor], "donate")))
    weights = ask(pipes[ranked[0][1]], "donate")
    np.savez("driver.npz", **weights)
    for p in pipes:
        p.send(("stop", None))
    for proc in procs:
        proc.join()


if __name__ == "__main__":
    main()
