# League training for "row duel": two rowers on one river, the wash of the other boat slows you down.
from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

ROLES = ("main", "main_exploiter", "league_exploiter")


@dataclass
class Config:
    boats: int = 24
    hidden: int = 40
    segments: int = 1500
    seg_len: int = 20
    swap_every: int = 4
    add_every: int = 30
    lr: float = 5e-4
    gamma: float = 0.97


@dataclass
class Entry:
    role: str
    weights: dict[str, Tensor]
    results: deque = field(default_factory=lambda: deque([0.5], maxlen=50))

    @property
    def rate(self) -> float:
        return float(np.mean(self.results))


class Rower(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(5, hidden)
        self.actor = nn.Linear(hidden, 4)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs: Tensor, state: tuple[Tensor, Tensor]):
        h, c = self.cell(obs, state)
        return torch.distributions.Categorical(logits=self.actor(h)), self.critic(h)[:, 0], (h, c)

    def zero(self, n: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)


class River:
    """pos, energy for two sides; action 0..3 is the stroke power."""

    def __init__(self, n: int, goal: float = 30.0):
        self.n, self.goal = n, goal
        self.pos = torch.zeros(2, n)
        self.energy = torch.ones(2, n)

    def obs(self, side: int) -> Tensor:
        me, other = side, 1 - side
        gap = (self.pos[me] - self.pos[other]).clamp(-5, 5)
        seen = (gap.abs() < 3).float()
        return torch.stack([self.pos[me] / self.goal, self.energy[me], gap * seen / 5, seen, torch.ones(self.n)], 1)

    def step(self, acts: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        for side, a in enumerate(acts):
            wash = ((self.pos[1 - side] - self.pos[side]) > 0).float() * 0.2
            self.pos[side] += a * self.energy[side] * (1 - wash)
            self.energy[side] = (self.energy[side] - 0.03 * a + 0.04).clamp(0.1, 1.0)
        over = (self.pos >= self.goal).any(0)
        reward = torch.sign(self.pos[0] - self.pos[1]) * over
        self.pos[:, over] = 0.0
        self.energy[:, over] = 1.0
        return reward, over


def frozen(net: nn.Module) -> dict[str, Tensor]:
    return {k: v.detach().clone() for k, v in net.state_dict().items()}


def keep(state, over):
    alive = (~over).float()[:, None]
    return tuple(s * alive for s in state)


def pfsp(entries: list[Entry], rng: np.random.Generator) -> Entry:
    w = np.array([(1 - e.rate) ** 2 + 1e-3 for e in entries])
    return entries[rng.choice(len(entries), p=w / w.sum())]


def candidates(role: str, league: list[Entry]) -> list[Entry]:
    if role == "main_exploiter":
        return [e for e in league if e.role == "main"]
    return league


def main(cfg: Config = Config()) -> None:
    rng = np.random.default_rng(3)
    nets = {r: Rower(cfg.hidden) for r in ROLES}
    opts = {r: torch.optim.Adam(nets[r].parameters(), cfg.lr) for r in ROLES}
    league = [Entry(r, frozen(nets[r])) for r in ROLES]
    rivals = {r: Rower(cfg.hidden) for r in ROLES}
    rivers = {r: River(cfg.boats) for r in ROLES}
    mine = {r: nets[r].zero(cfg.boats) for r in ROLES}
    theirs = {r: rivals[r].zero(cfg.boats) for r in ROLES}
    facing: dict[str, Entry] = {}

    for seg in range(cfg.segments):
        for role in ROLES:
            net, rival, river = nets[role], rivals[role], rivers[role]
            if seg % cfg.swap_every == 0:
                facing[role] = pfsp(candidates(role, league), rng)
                rival.load_state_dict(facing[role].weights)
                theirs[role] = rival.zero(cfg.boats)

            logps, values, rewards, overs, ents = [], [], [], [], []
            for _ in range(cfg.seg_len):
                dist, value, mine[role] = net(river.obs(0), mine[role])
                a = dist.sample()
                with torch.no_grad():
                    other, _, theirs[role] = rival(river.obs(1), theirs[role])
                    b = other.sample()
                reward, over = river.step((a, b))
                mine[role] = keep(mine[role], over)
                theirs[role] = keep(theirs[role], over)
                facing[role].results.extend((reward[over] > 0).float().tolist())
                logps.append(dist.log_prob(a))
                values.append(value)
                rewards.append(reward)
                overs.append(over)
                ents.append(dist.entropy().mean())

            with torch.no_grad():
                ret = net(river.obs(0), mine[role])[1]
            returns = []
            for r, o in zip(reversed(rewards), reversed(overs)):
                ret = r + cfg.gamma * ret * (~o).float()
                returns.insert(0, ret)
            adv = torch.stack(returns) - torch.stack(values)
            loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * torch.stack(ents).mean()
            opts[role].zero_grad()
            loss.backward()
            opts[role].step()
            mine[role] = tuple(s.detach() for s in mine[role])

            if (seg + 1) % cfg.add_every == 0:
                league.append(Entry(role, frozen(net)))
                if role != "main":
                    net.load_state_dict(league[ROLES.index(role)].weights)
                    opts[role] = torch.optim.Adam(net.parameters(), cfg.lr)
                    mine[role] = net.zero(cfg.boats)
        if seg % 50 == 0:
            print(seg, {e.role: round(e.rate, 2) for e in league[-3:]}, len(league))


if __name__ == "__main__":
    main()
