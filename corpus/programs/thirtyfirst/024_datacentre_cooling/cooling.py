from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.distributions import Categorical

from plant import Hall


class CoolingPolicy(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.width = width
        self.norm = nn.LayerNorm(Hall.OBS)
        self.gru = nn.GRUCell(Hall.OBS, width)
        self.actor = nn.Linear(width, Hall.ACTIONS)
        self.critic = nn.Linear(width, 1)

    def forward(self, x: Tensor, m: Tensor):
        m = self.gru(self.norm(x), m)
        return Categorical(logits=self.actor(m)), self.critic(m).squeeze(-1), m


@dataclass
class Trace:
    obs: List[np.ndarray] = field(default_factory=list)
    start: List[bool] = field(default_factory=list)
    act: List[int] = field(default_factory=list)
    rew: List[float] = field(default_factory=list)
    memory: Tensor = None


class Operator:
    """Runs every hall with the same policy; what it remembers of a hall is kept under the hall's name."""

    def __init__(self, policy: CoolingPolicy):
        self.policy = policy
        self.notes: Dict[str, Tensor] = {}

    def recall(self, ident: str) -> Tensor:
        if ident not in self.notes:
            self.notes[ident] = torch.zeros(1, self.policy.width)
        return self.notes[ident]

    @torch.no_grad()
    def decide(self, ident: str, obs: np.ndarray, greedy: bool = False) -> int:
        dist, _, self.notes[ident] = self.policy(torch.from_numpy(obs)[None], self.recall(ident))
        return int(dist.probs.argmax() if greedy else dist.sample())

    def day_over(self, ident: str) -> None:
        self.notes.pop(ident, None)


def check(policy: CoolingPolicy, days: int = 8) -> float:
    operator, total = Operator(policy), 0.0
    for d in range(days):
        hall = Hall(f"check-{d}", np.random.default_rng(9000 + d))
        obs, over = hall.begin(), False
        while not over:
            obs, r, over = hall.turn(operator.decide(hall.ident, obs, greedy=True))
            total += r
        operator.day_over(hall.ident)
    return total / days


class Training:
    def __init__(self, halls: int = 12, chunk: int = 48, seed: int = 0, folder: str = "cooling"):
        seeds = np.random.SeedSequence(seed).spawn(halls)
        self.halls = [Hall(f"hall-{i}", np.random.default_rng(s)) for i, s in enumerate(seeds)]
        self.policy = CoolingPolicy()
        self.operator = Operator(self.policy)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=4e-4)
        self.chunk = chunk
        self.now = {h.ident: h.begin() for h in self.halls}
        self.fresh = {h.ident: True for h in self.halls}
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.best, self.bad = -np.inf, 0

    def gather(self) -> Dict[str, Trace]:
        traces: Dict[str, Trace] = defaultdict(Trace)
        for hall in self.halls:
            tr = traces[hall.ident]
            tr.memory = self.operator.recall(hall.ident)
            for _ in range(self.chunk):
                obs = self.now[hall.ident]
                a = self.operator.decide(hall.ident, obs)
                nxt, r, over = hall.turn(a)
                tr.obs.append(obs)
                tr.start.append(self.fresh[hall.ident])
                tr.act.append(a)
                tr.rew.append(r)
                if over:
                    nxt = hall.begin()
                    self.operator.day_over(hall.ident)
                self.now[hall.ident], self.fresh[hall.ident] = nxt, over
        return traces

    def update(self, traces: Dict[str, Trace], gamma: float = 0.98) -> float:
        ts = list(traces.values())
        obs = torch.from_numpy(np.stack([t.obs for t in ts], axis=1))
        start = torch.tensor([t.start for t in ts]).T
        act = torch.tensor([t.act for t in ts]).T
        rew = torch.tensor([t.rew for t in ts], dtype=torch.float32).T
        m = torch.cat([t.memory for t in ts])
        logp, values, ent = [], [], []
        for x, s, a in zip(obs, start, act):
            dist, v, m = self.policy(x, m * (~s).float().unsqueeze(1))
            logp.append(dist.log_prob(a))
            ent.append(dist.entropy())
            values.append(v)
        with torch.no_grad():
            last = torch.from_numpy(np.stack([self.now[h.ident] for h in self.halls]))
            begun = torch.tensor([self.fresh[h.ident] for h in self.halls])
            ret = self.policy(last, m * (~begun).float().unsqueeze(1))[1]
            ended = torch.cat([start[1:], begun[None]]).float()
            targets = torch.zeros_like(rew)
            for t in reversed(range(len(rew))):
                ret = rew[t] + gamma * ret * (1 - ended[t])
                targets[t] = ret
        values = torch.stack(values)
        adv = (targets - values).detach()
        loss = -(torch.stack(logp) * adv).mean() + 0.5 * (targets - values).square().mean() - 0.01 * torch.stack(ent).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.opt.step()
        return loss.item()

    def judge(self, n: int) -> None:
        score = check(self.policy)
        if score > self.best:
            self.best, self.bad = score, 0
            save_file(self.policy.state_dict(), self.folder / "best.safetensors")
        else:
            self.bad += 1
        if self.bad >= 5 and score < self.best - 20:
            self.policy.load_state_dict(load_file(self.folder / "best.safetensors"))
            self.operator.notes.clear()
            self.opt = torch.optim.Adam(self.policy.parameters(), lr=self.opt.param_groups[0]["lr"] * 0.7)
            self.bad = 0
        print(f"{n:6d} check {score:8.2f} best {self.best:8.2f} lr {self.opt.param_groups[0]['lr']:.1e}")

    def run(self, updates: int = 20_000) -> None:
        for n in range(updates):
            self.update(self.gather())
            if n % 100 == 0:
                self.judge(n)


if __name__ == "__main__":
    torch.manual_seed(0)
    Training().run()
