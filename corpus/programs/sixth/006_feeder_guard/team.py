from __future__ import annotations

from collections import defaultdict, deque
from typing import Iterable

import torch
from torch import Tensor, nn
from torch.distributions import Categorical


class TapPolicy(nn.Module):
    def __init__(self, obs: int = 4, hid: int = 32, act: int = 3) -> None:
        super().__init__()
        self.inp = nn.Linear(obs, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.pi = nn.Linear(hid, act)
        self.v = nn.Linear(hid, 1)

    def blank(self) -> Tensor:
        return self.inp.weight.new_zeros(1, self.gru.hidden_size)

    def forward(self, x: Tensor, m: Tensor) -> tuple[Categorical, Tensor, Tensor]:
        m = self.gru(self.inp(x).relu(), m)
        return Categorical(logits=self.pi(m)), self.v(m).view(-1), m


class Team:
    """Independent learners, one for each substation, plus the safe copies the guard falls back on."""

    def __init__(self, names: Iterable[str], lr: float = 7e-4) -> None:
        self.policies: dict[str, TapPolicy] = {n: TapPolicy() for n in names}
        self.opts = {n: torch.optim.RMSprop(p.parameters(), lr=lr) for n, p in self.policies.items()}
        self.mem: dict[str, Tensor] = {}
        self.safe: dict[str, dict[str, Tensor]] = {}
        self.tape: dict[str, list] = defaultdict(list)
        self.mark_safe()

    def mark_safe(self) -> None:
        self.safe = {n: {k: v.detach().clone() for k, v in p.state_dict().items()} for n, p in self.policies.items()}

    def new_episode(self) -> None:
        self.mem = {n: p.blank() for n, p in self.policies.items()}
        self.tape.clear()

    def act(self, obs) -> dict[str, int]:
        out = {}
        for n, o in obs.items():
            dist, v, self.mem[n] = self.policies[n](torch.from_numpy(o).unsqueeze(0), self.mem[n])
            a = dist.sample()
            self.tape[n].append([dist.log_prob(a), v, dist.entropy()])
            out[n] = int(a)
        return out

    def learn(self, rewards: dict[str, list[float]], gamma: float = 0.97) -> None:
        for n, tape in self.tape.items():
            if not tape:
                continue
            logp, v, ent = (torch.cat(x) for x in zip(*tape))
            g, tgt = v[-1].item(), []
            for r in reversed(rewards[n]):
                g = r + gamma * g
                tgt.append(g)
            tgt = torch.tensor(tgt[::-1])
            loss = -(logp * (tgt - v.detach())).mean() + 0.5 * (tgt - v).pow(2).mean() - 0.01 * ent.mean()
            self.opts[n].zero_grad()
            loss.backward()
            self.opts[n].step()
            self.mem[n] = self.mem[n].detach()
        self.tape.clear()

    def fall_back(self, culprits: set[str]) -> None:
        """The learners have adapted to each other, so all of them go back together."""
        for n, p in self.policies.items():
            p.load_state_dict(self.safe[n])
        for n in culprits:
            self.mem[n] = self.policies[n].blank()
            self.opts[n].state.clear()


class Guard:
    def __init__(self, limit: float = 0.02, span: int = 48) -> None:
        self.limit = limit
        self.seen: dict[str, deque] = defaultdict(lambda: deque(maxlen=span))

    def check(self, infos) -> set[str]:
        bad = set()
        for n, i in infos.items():
            w = self.seen[n]
            w.append(i["violation"])
            if len(w) == w.maxlen and sum(w) / len(w) > self.limit:
                bad.add(n)
                w.clear()
        return bad
