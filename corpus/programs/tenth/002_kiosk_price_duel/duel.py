"""Two ice-cream kiosks on one beach set prices round by round; the second kiosk is a past version of the first."""
from __future__ import annotations

import random
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F

PRICES = torch.linspace(1.0, 4.0, 7)


@dataclass
class Config:
    seasons: int = 2000
    rounds: int = 120
    swap_rival_every: int = 30
    keep: int = 20
    hidden: int = 48
    lr: float = 1e-3
    seed: int = 3


class Pricer(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRU(3, hidden, batch_first=True)
        self.head = nn.Linear(hidden, len(PRICES))

    def forward(self, x: torch.Tensor, h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y, h = self.gru(x.view(1, 1, -1), h)
        return self.head(y[:, -1]), h

    def blank(self) -> torch.Tensor:
        return torch.zeros(1, 1, self.gru.hidden_size)


@dataclass
class Archive:
    keep: int
    versions: list[dict[str, torch.Tensor]] = field(default_factory=list)

    def store(self, net: nn.Module) -> None:
        self.versions.append({k: v.detach().clone() for k, v in net.state_dict().items()})
        del self.versions[: -self.keep]

    def pick(self) -> dict[str, torch.Tensor]:
        return random.choice(self.versions)


def profits(p: torch.Tensor, q: torch.Tensor, weather: float) -> tuple[float, float]:
    share = torch.softmax(torch.stack([-1.5 * p, -1.5 * q, torch.tensor(-4.0 + weather)]), 0)
    return float(share[0] * (p - 0.8)), float(share[1] * (q - 0.8))


def season(cfg: Config, net: Pricer, rival: Pricer, archive: Archive):
    h, rival_h = net.blank(), rival.blank()
    p, q, weather = PRICES[3], PRICES[3], random.uniform(-1, 1)
    logps, gains = [], []
    for k in range(cfg.rounds):
        if k % cfg.swap_rival_every == 0:
            rival.load_state_dict(archive.pick())
            rival_h = rival.blank()
        w = torch.tensor(weather)
        logits, h = net(torch.stack([p, q, w]), h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        with torch.no_grad():
            rival_logits, rival_h = rival(torch.stack([q, p, w]), rival_h)
            b = torch.multinomial(F.softmax(rival_logits, -1), 1)
        p, q = PRICES[a.item()], PRICES[b.item()]
        gain, _ = profits(p, q, weather)
        logps.append(dist.log_prob(a))
        gains.append(gain)
        weather = max(-1.0, min(1.0, weather + random.gauss(0, 0.1)))
    return torch.cat(logps), torch.tensor(gains)


def main(cfg: Config) -> None:
    random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)
    net, rival = Pricer(cfg.hidden), Pricer(cfg.hidden)
    archive = Archive(cfg.keep)
    archive.store(net)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    baseline = 0.0
    for s in range(cfg.seasons):
        logps, gains = season(cfg, net, rival, archive)
        togo = torch.flip(torch.cumsum(torch.flip(gains, [0]), 0), [0])
        loss = -(logps * (togo - togo.mean())).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        baseline = 0.95 * baseline + 0.05 * gains.sum().item()
        if s % 25 == 24:
            archive.store(net)
            print(f"{s + 1:5d} profit {baseline:.2f}")


if __name__ == "__main__":
    main(Config())
