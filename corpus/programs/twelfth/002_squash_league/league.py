from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn, optim
from torch.distributions import Categorical

from courts import SquashCourts

log = logging.getLogger("league")


@dataclass
class LeagueConfig:
    courts: int = 32
    rollout: int = 40
    iterations: int = 2000
    rival_interval: int = 5
    save_interval: int = 50
    gamma: float = 0.98
    lr: float = 5e-4
    hidden: int = 96
    folder: Path = Path("league")


class SquashPlayer(nn.Module):
    def __init__(self, obs_dim: int, n_shots: int, hidden: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh())
        self.gru = nn.GRUCell(hidden, hidden)
        self.shot = nn.Linear(hidden, n_shots)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        h = self.gru(self.body(obs), h)
        return Categorical(logits=self.shot(h)), self.value(h).squeeze(-1), h


class Rival:
    def __init__(self, net: SquashPlayer, n: int, hidden: int) -> None:
        self.net = net
        self.h = torch.zeros(n, hidden)
        self.name = "scratch"

    def become(self, path: Path) -> None:
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.h = torch.zeros_like(self.h)
        self.name = path.stem

    def forget(self, done: torch.Tensor) -> None:
        self.h = self.h * (~done).float().unsqueeze(1)

    @torch.no_grad()
    def act(self, obs: torch.Tensor) -> torch.Tensor:
        dist, _, self.h = self.net(obs, self.h)
        return dist.sample()


def run(cfg: LeagueConfig) -> None:
    cfg.folder.mkdir(exist_ok=True)
    env = SquashCourts(cfg.courts)
    player = SquashPlayer(env.obs_dim, env.n_shots, cfg.hidden)
    opt = optim.RMSprop(player.parameters(), lr=cfg.lr)
    rival = Rival(SquashPlayer(env.obs_dim, env.n_shots, cfg.hidden), cfg.courts, cfg.hidden)

    mine, theirs = env.reset()
    h = torch.zeros(cfg.courts, cfg.hidden)
    for it in range(cfg.iterations):
        saved = sorted(cfg.folder.glob("gen_*.pt"))
        if saved and it % cfg.rival_interval == 0:
            rival.become(random.choice(saved))

        logps, values, rewards, masks, ents = [], [], [], [], []
        for _ in range(cfg.rollout):
            dist, v, h = player(mine, h)
            shot = dist.sample()
            (mine, theirs), r, done = env.step(shot, rival.act(theirs))
            keep = (~done).float()
            h = h * keep.unsqueeze(1)
            rival.forget(done)
            logps.append(dist.log_prob(shot))
            ents.append(dist.entropy())
            values.append(v)
            rewards.append(r)
            masks.append(keep)

        with torch.no_grad():
            _, ret, _ = player(mine, h)
        targets = []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + cfg.gamma * m * ret
            targets.append(ret)
        targets = torch.stack(targets[::-1])
        vals = torch.stack(values)
        adv = targets - vals
        loss = (-(torch.stack(logps) * adv.detach()).mean()
                + 0.5 * adv.pow(2).mean() - 0.01 * torch.stack(ents).mean())
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(player.parameters(), 0.5)
        opt.step()
        h = h.detach()

        if it % cfg.save_interval == 0:
            torch.save(player.state_dict(), cfg.folder / f"gen_{it:05d}.pt")
            log.info("it %d rival %s reward %.3f", it, rival.name, torch.stack(rewards).mean())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    run(LeagueConfig())
