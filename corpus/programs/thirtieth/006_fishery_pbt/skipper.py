from typing import Dict, NamedTuple, Tuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

Theta = Dict[str, Tensor]


class Sea(NamedTuple):
    stock: Tensor
    season: Tensor
    key: torch.Generator


class Skipper(NamedTuple):
    theta: Theta
    speed: Theta
    step_size: float
    sea: Sea
    view: Tensor
    log: Tensor
    catch: float


class QuotaNet(nn.Module):
    """Reads the sonar of this week and the logbook; says what share of the quota to fish."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(3, width)
        self.effort = nn.Linear(width, 1)
        self.noise = nn.Parameter(torch.tensor(-1.0))

    def forward(self, view: Tensor, log: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        log = self.gru(view, log)
        return self.effort(log).squeeze(-1), self.noise.exp(), log


def sonar(sea: Sea) -> Tensor:
    blur = 0.1 * torch.randn(sea.stock.shape, generator=sea.key)
    return torch.stack([sea.stock + blur, torch.sin(sea.season / 52 * 6.2832), sea.season / 520], 1)


def new_sea(boats: int, seed: int) -> Sea:
    key = torch.Generator().manual_seed(seed)
    return Sea(torch.rand(boats, generator=key), torch.zeros(boats), key)


def advance(sea: Sea, raw: Tensor) -> Tuple[Sea, Tensor, Tensor]:
    caught = torch.sigmoid(raw) * 0.3 * sea.stock
    stock = sea.stock - caught
    stock = stock + 0.06 * stock * (1 - stock)
    season = sea.season + 1
    over = (season >= 520) | (stock < 0.02)
    fresh = torch.rand(stock.shape, generator=sea.key)
    sea = Sea(torch.where(over, fresh, stock), torch.where(over, torch.zeros_like(season), season), sea.key)
    return sea, caught - 0.5 * (stock < 0.02).float(), over


def blank_log(net: QuotaNet, boats: int) -> Tensor:
    return torch.zeros(boats, net.width)


def launch(net: QuotaNet, boats: int, seed: int, step_size: float) -> Skipper:
    torch.manual_seed(seed)
    own = QuotaNet(net.width)
    theta = {k: p.detach().clone().requires_grad_() for k, p in own.named_parameters()}
    sea = new_sea(boats, seed)
    speed = {k: torch.zeros_like(p) for k, p in theta.items()}
    return Skipper(theta, speed, step_size, sea, sonar(sea), blank_log(net, boats), 0.0)


def voyage(net: QuotaNet, s: Skipper, weeks: int) -> Skipper:
    sea, view, log = s.sea, s.view, s.log.detach()
    logps, gains, ends = [], [], []
    for _ in range(weeks):
        mean, std, log = functional_call(net, s.theta, (view, log))
        dist = torch.distributions.Normal(mean, std)
        raw = dist.sample()
        sea, gain, over = advance(sea, raw)
        view = sonar(sea)
        log = torch.where(over.unsqueeze(1), torch.zeros_like(log), log)
        logps.append(dist.log_prob(raw))
        gains.append(gain)
        ends.append(over)
    togo, loss = torch.zeros_like(gains[0]), torch.zeros(())
    for lp, g, e in zip(reversed(logps), reversed(gains), reversed(ends)):
        togo = g + 0.97 * togo * (~e).float()
        loss = loss - (lp * (togo - togo.mean())).mean()
    grads = torch.autograd.grad(loss / weeks, list(s.theta.values()))
    speed = {k: 0.9 * v + g for (k, v), g in zip(s.speed.items(), grads)}
    theta = {k: (p - s.step_size * speed[k]).detach().requires_grad_() for k, p in s.theta.items()}
    mean_catch = torch.stack(gains).mean().item()
    return s._replace(theta=theta, speed=speed, sea=sea, view=view, log=log.detach(), catch=0.8 * s.catch + 0.2 * mean_catch)
