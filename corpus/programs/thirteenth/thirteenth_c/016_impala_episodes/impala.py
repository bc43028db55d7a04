"""Small IMPALA: actors play whole T-maze-like episodes, the learner applies V-trace."""
from __future__ import annotations

import dataclasses
import queue
import random

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F


@dataclasses.dataclass
class Config:
    actors: int = 6
    lr: float = 5e-4
    discount: float = 0.98
    entropy: float = 5e-3
    batch: int = 8
    updates: int = 20_000
    corridor: int = 12
    max_len: int = 60


class Corridor:
    """A cue at the start says which way to turn at the far end."""

    def __init__(self, length: int, max_len: int):
        self.length, self.max_len = length, max_len

    def reset(self) -> np.ndarray:
        self.x, self.t = 0, 0
        self.cue = random.choice([-1, 1])
        return self._obs()

    def _obs(self) -> np.ndarray:
        return np.array([self.cue if self.x == 0 else 0, self.x == self.length, 1.0], dtype=np.float32)

    def step(self, a: int):
        self.t += 1
        if self.x == self.length and a in (2, 3):
            return self._obs(), (1.0 if (a == 2) == (self.cue < 0) else -1.0), True
        self.x = min(max(self.x + (1 if a == 0 else -1 if a == 1 else 0), 0), self.length)
        return self._obs(), -0.01, self.t >= self.max_len


class Net(nn.Module):
    def __init__(self, hidden: int = 64):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden)
        self.pi = nn.Linear(hidden, 4)
        self.baseline = nn.Linear(hidden, 1)

    def initial_state(self, batch: int = 1):
        return tuple(torch.zeros(1, batch, self.lstm.hidden_size) for _ in range(2))

    def forward(self, obs: torch.Tensor, core_state):
        out, core_state = self.lstm(obs, core_state)
        return self.pi(out), self.baseline(out).squeeze(-1), core_state


def actor(rank: int, cfg: Config, shared: Net, out: mp.Queue) -> None:
    torch.set_num_threads(1)
    random.seed(rank)
    torch.manual_seed(rank)
    env = Corridor(cfg.corridor, cfg.max_len)
    net = Net()
    while True:
        net.load_state_dict(shared.state_dict())
        core_state = net.initial_state()
        obs, done = env.reset(), False
        traj = {"obs": [], "act": [], "logits": [], "rew": []}
        while not done:
            with torch.no_grad():
                logits, _, core_state = net(torch.from_numpy(obs).view(1, 1, -1), core_state)
            act = torch.distributions.Categorical(logits=logits.view(-1)).sample().item()
            traj["obs"].append(obs)
            traj["act"].append(act)
            traj["logits"].append(logits.view(-1).numpy())
            obs, rew, done = env.step(act)
            traj["rew"].append(rew)
        out.put({k: np.asarray(v) for k, v in traj.items()})


def vtrace(log_rho, rewards, values, discount):
    rho = log_rho.exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], torch.zeros(1)])
    delta = rho * (rewards + discount * nxt - values)
    acc, vs = torch.zeros(()), []
    for t in reversed(range(len(rewards))):
        acc = delta[t] + discount * rho[t] * acc
        vs.append(values[t] + acc)
    vs = torch.stack(vs[::-1])
    nxt_vs = torch.cat([vs[1:], torch.zeros(1)])
    return vs, rho * (rewards + discount * nxt_vs - values)


def trajectory_loss(net: Net, traj, cfg: Config) -> torch.Tensor:
    obs = torch.from_numpy(traj["obs"]).unsqueeze(1)
    act = torch.from_numpy(traj["act"]).long()
    rew = torch.from_numpy(traj["rew"]).float()
    logits, values, _ = net(obs, net.initial_state())
    logp_all = F.log_softmax(logits.squeeze(1), -1)
    logp = logp_all.gather(1, act[:, None]).squeeze(1)
    mu = F.log_softmax(torch.from_numpy(traj["logits"]), -1).gather(1, act[:, None]).squeeze(1)
    values = values.squeeze(1)
    vs, pg_adv = vtrace((logp - mu).detach(), rew, values.detach(), cfg.discount)
    entropy = -(logp_all.exp() * logp_all).sum(-1)
    return (-logp * pg_adv + 0.5 * (vs - values) ** 2 - cfg.entropy * entropy).mean()


def main() -> None:
    cfg = Config()
    mp.set_start_method("spawn")
    shared = Net()
    shared.share_memory()
    learner = Net()
    learner.load_state_dict(shared.state_dict())
    optim = torch.optim.RMSprop(learner.parameters(), lr=cfg.lr, eps=0.01)
    q: mp.Queue = mp.Queue(maxsize=4 * cfg.batch)
    procs = [mp.Process(target=actor, args=(i, cfg, shared, q), daemon=True) for i in range(cfg.actors)]
    for p in procs:
        p.start()

    scores: list[float] = []
    for step in range(cfg.updates):
        batch = []
        while len(batch) < cfg.batch:
            try:
                batch.append(q.get(timeout=30))
            except queue.Empty:
                raise RuntimeError("actors are gone") from None
        loss = torch.stack([trajectory_loss(learner, t, cfg) for t in batch]).mean()
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 40.0)
        optim.step()
        shared.load_state_dict(learner.state_dict())
        scores += [float(t["rew"].sum()) for t in batch]
        if step % 200 == 0:
            print(step, f"loss {loss.item():.4f} return {np.mean(scores[-500:]):.3f}")
    for p in procs:
        p.terminate()


if __name__ == "__main__":
    main()
