from __future__ import annotations

import dataclasses
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ladder import Ladder


@dataclasses.dataclass(frozen=True)
class Cfg:
    vocab: int = 24
    dim: int = 48
    turns: int = 10
    tables: int = 64
    matches: int = 6000
    freeze_every: int = 60
    lr: float = 1e-3


class Speaker(nn.Module):
    """Reads the other's last argument and the motion, answers with an argument token."""

    def __init__(self, cfg: Cfg) -> None:
        super().__init__()
        self.word = nn.Embedding(cfg.vocab + 1, cfg.dim)
        self.motion = nn.Linear(8, cfg.dim)
        self.gru = nn.GRUCell(cfg.dim, cfg.dim)
        self.out = nn.Linear(cfg.dim, cfg.vocab)
        self.value = nn.Linear(cfg.dim, 1)

    def open(self, motion: Tensor) -> Tensor:
        return torch.tanh(self.motion(motion))

    def forward(self, heard: Tensor, memory: Tensor) -> Tuple[torch.distributions.Categorical, Tensor, Tensor]:
        memory = self.gru(self.word(heard), memory)
        return torch.distributions.Categorical(logits=self.out(memory)), self.value(memory)[:, 0], memory


class Judge:
    def __init__(self, cfg: Cfg) -> None:
        g = torch.Generator().manual_seed(5)
        self.affinity = torch.randn(cfg.vocab, 8, generator=g)
        self.rebuts = torch.rand(cfg.vocab, cfg.vocab, generator=g)

    def points(self, said: Tensor, heard: Tensor, motion: Tensor) -> Tensor:
        base = (self.affinity[said] * motion).sum(-1)
        known = heard < self.rebuts.shape[1]
        rebuttal = self.rebuts[said, heard.clamp(max=self.rebuts.shape[1] - 1)]
        return base + torch.where(known, 2 * rebuttal, torch.zeros_like(rebuttal))


def match(cfg: Cfg, me: Speaker, rival: Speaker, judge: Judge):
    motion = torch.randn(cfg.tables, 8)
    mine, memory_r = me.open(motion), rival.open(-motion)
    heard = torch.full((cfg.tables,), cfg.vocab)
    score = torch.zeros(cfg.tables)
    logps, values, ents = [], [], []
    for _ in range(cfg.turns):
        dist, v, mine = me(heard, mine)
        said = dist.sample()
        logps.append(dist.log_prob(said))
        values.append(v)
        ents.append(dist.entropy())
        score += judge.points(said, heard, motion)
        with torch.no_grad():
            answer, _, memory_r = rival(said, memory_r)
        reply = answer.sample()
        score -= judge.points(reply, said, -motion)
        heard = reply
    return torch.sign(score), torch.stack(logps), torch.stack(values), torch.stack(ents).mean()


def main(cfg: Cfg = Cfg()) -> None:
    torch.manual_seed(0)
    me, rival = Speaker(cfg), Speaker(cfg).requires_grad_(False)
    judge, ladder = Judge(cfg), Ladder(size=24)
    optim = torch.optim.Adam(me.parameters(), lr=cfg.lr)
    ladder.freeze("start", me.state_dict())

    for m in range(1, cfg.matches + 1):
        entry = ladder.sample()
        rival.load_state_dict(entry.weights)
        result, logp, value, entropy = match(cfg, me, rival, judge)
        adv = result.unsqueeze(0) - value
        loss = -(logp * adv.detach()).mean() + 0.5 * F.mse_loss(value, result.expand_as(value)) - 0.01 * entropy
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(me.parameters(), 1.0)
        optim.step()
        ladder.record(entry, float((result > 0).float().mean()))
        if m % cfg.freeze_every == 0:
            ladder.freeze(f"m{m}", me.state_dict())
        if m % 200 == 0:
            print(f"{m:5d} elo {ladder.learner_elo:7.1f} rivals {len(ladder.entries)} last vs {entry.name}")
    torch.save({"speaker": me.state_dict(), "cfg": dataclasses.asdict(cfg)}, "speaker.pt")


if __name__ == "__main__":
    main()
