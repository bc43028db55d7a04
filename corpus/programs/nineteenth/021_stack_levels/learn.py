from __future__ import annotations

import pathlib
from dataclasses import dataclass

import torch
from torch import nn
from torch.distributions import Categorical

from sim import BatchStack


@dataclass
class Config:
    envs: int = 64
    horizon: int = 16
    lr: float = 7e-4
    gamma: float = 0.97
    entropy: float = 0.02
    max_updates: int = 8000
    pass_rate: float = 0.8
    levels: tuple[int, ...] = (2, 3, 4, 6)
    out: pathlib.Path = pathlib.Path("levels")


class Net(nn.Module):
    def __init__(self, hidden: int = 96) -> None:
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(5, hidden)
        self.memory = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs: torch.Tensor, m: torch.Tensor):
        m = self.memory(torch.relu(self.enc(obs)), m)
        return Categorical(logits=self.pi(m)), self.v(m).squeeze(-1), m


class Learner:
    def __init__(self, cfg: Config) -> None:
        self.cfg = cfg
        self.sim = BatchStack(cfg.envs)
        self.net = Net()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=cfg.lr, eps=1e-5)
        self.obs = self.sim.reset()
        self.m = torch.zeros(cfg.envs, self.net.hidden)
        self.rate = 0.0
        cfg.out.mkdir(exist_ok=True)

    def update(self) -> None:
        cfg = self.cfg
        self.m = self.m.detach()
        logps, values, ents, rewards, notdone = [], [], [], [], []
        for _ in range(cfg.horizon):
            pi, v, self.m = self.net(self.obs, self.m)
            a = pi.sample()
            r, done, perfect = self.sim.step(a)
            if done.any():
                self.rate += 0.01 * (perfect[done].float().mean().item() - self.rate)
                self.sim.reset(done)
                self.m = self.m * (~done).float().unsqueeze(1)
            self.obs = self.sim.observe()
            logps.append(pi.log_prob(a)), ents.append(pi.entropy()), values.append(v)
            rewards.append(r), notdone.append((~done).float())
        with torch.no_grad():
            _, ret, _ = self.net(self.obs, self.m)
        loss = torch.zeros(())
        for t in reversed(range(cfg.horizon)):
            ret = rewards[t] + cfg.gamma * notdone[t] * ret
            adv = ret - values[t]
            loss = loss + (-logps[t] * adv.detach() + 0.5 * adv.pow(2) - cfg.entropy * ents[t]).mean()
        self.opt.zero_grad()
        (loss / cfg.horizon).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def start_level(self, blocks: int, weights: pathlib.Path | None) -> None:
        if weights is not None:
            self.net.load_state_dict(torch.load(weights))
            self.opt = torch.optim.RMSprop(self.net.parameters(), lr=self.cfg.lr, eps=1e-5)
        self.sim.set_level(blocks)
        self.rate = 0.0


def main() -> None:
    cfg = Config()
    learner = Learner(cfg)
    best_file = None
    for blocks in cfg.levels:
        learner.start_level(blocks, best_file)
        best_file = cfg.out / f"best_{blocks}.pt"
        best = -1.0
        for u in range(cfg.max_updates):
            learner.update()
            if u % 50 == 0 and learner.rate > best:
                best = learner.rate
                torch.save(learner.net.state_dict(), best_file)
            if learner.rate > cfg.pass_rate:
                break
        print(f"{blocks} blocks: rate {learner.rate:.2f}, best {best:.2f} after {u + 1} updates")


if __name__ == "__main__":
    main()
