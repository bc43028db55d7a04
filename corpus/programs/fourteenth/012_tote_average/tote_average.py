"""Actor-critic for a tote shuttle; the shuttle itself is driven with the weight average."""
from dataclasses import dataclass
from typing import List, NamedTuple, Optional, Tuple

import numpy as np
import torch
import tyro
from torch import Tensor, nn
from torch.distributions import Categorical
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


@dataclass
class Options:
    episodes: int = 20_000
    aisle: int = 12
    episode_len: int = 150
    lr: float = 5e-4
    decay: float = 0.98
    gamma: float = 0.97
    entropy: float = 0.01
    seed: int = 0


class Step(NamedTuple):
    obs: Tensor
    action: Tensor
    behaviour_logp: Tensor
    reward: float


class Aisle:
    """Totes drop at hidden slots; a beep is heard only on the drop."""

    def __init__(self, opt: Options):
        self.n, self.limit = opt.aisle, opt.episode_len
        self.rng = np.random.default_rng(opt.seed)

    def reset(self) -> Tensor:
        self.x, self.t, self.totes, self.beep = 0, 0, set(), -1
        return self._obs()

    def _obs(self) -> Tensor:
        o = torch.zeros(2 * self.n)
        o[self.x] = 1
        if self.beep >= 0:
            o[self.n + self.beep] = 1
        return o

    def step(self, a: int) -> Tuple[Tensor, float, bool]:
        self.t += 1
        self.x = min(max(self.x + a - 1, 0), self.n - 1)
        r = -0.02 * len(self.totes)
        if self.x in self.totes:
            self.totes.remove(self.x)
            r += 1.0
        self.beep = int(self.rng.integers(self.n)) if self.rng.random() < 0.15 else -1
        if self.beep >= 0:
            self.totes.add(self.beep)
        return self._obs(), r, self.t >= self.limit


class Shuttle(nn.Module):
    def __init__(self, dim: int, hidden: int = 64):
        super().__init__()
        self.gru = nn.GRU(dim, hidden)
        self.logits = nn.Linear(hidden, 3)
        self.value = nn.Linear(hidden, 1)

    def forward(self, xs: Tensor, h: Optional[Tensor] = None):
        y, h = self.gru(xs, h)
        return self.logits(y), self.value(y).squeeze(-1), h


@torch.no_grad()
def drive(env: Aisle, model: nn.Module) -> List[Step]:
    steps: List[Step] = []
    obs, done, h = env.reset(), False, None
    while not done:
        logits, _, h = model(obs.view(1, 1, -1), h)
        pi = Categorical(logits=logits[0, 0])
        a = pi.sample()
        nxt, r, done = env.step(int(a))
        steps.append(Step(obs, a, pi.log_prob(a), r))
        obs = nxt
    return steps


def improve(net: Shuttle, optim: torch.optim.Optimizer, steps: List[Step], opt: Options) -> None:
    xs = torch.stack([s.obs for s in steps]).unsqueeze(1)
    acts = torch.stack([s.action for s in steps])
    mu = torch.stack([s.behaviour_logp for s in steps])
    g, rets = 0.0, []
    for s in reversed(steps):
        g = s.reward + opt.gamma * g
        rets.append(g)
    ret = torch.tensor(rets[::-1])
    logits, value, _ = net(xs)
    pi = Categorical(logits=logits[:, 0])
    logp, v = pi.log_prob(acts), value[:, 0]
    rho = (logp.detach() - mu).exp().clamp(max=2.0)
    adv = ret - v
    loss = -(rho * logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - opt.entropy * pi.entropy().mean()
    optim.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optim.step()


def main(opt: Options) -> None:
    torch.manual_seed(opt.seed)
    env = Aisle(opt)
    net = Shuttle(2 * opt.aisle)
    averaged = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(opt.decay))
    optim = torch.optim.Adam(net.parameters(), lr=opt.lr)
    for ep in range(opt.episodes):
        steps = drive(env, averaged)
        improve(net, optim, steps, opt)
        averaged.update_parameters(net)
        if ep % 100 == 0:
            print(f"{ep:6d} return {sum(s.reward for s in steps):.2f}")
    torch.save(averaged.module.state_dict(), "shuttle.pt")


if __name__ == "__main__":
    main(tyro.cli(Options))
