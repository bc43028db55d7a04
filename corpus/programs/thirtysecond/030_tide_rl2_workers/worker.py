import random
from typing import List, Tuple

import torch
import torch.nn.functional as F

from rl2net import Rl2Net, Step


class TidalGate:
    """One hidden sluice out of four is right today; a trial is several visits on the same day."""

    STEPS = 6

    def __init__(self, rng: random.Random):
        self.right = rng.randrange(4)
        self.t = 0

    def begin(self) -> torch.Tensor:
        self.t = 0
        return torch.zeros(1)

    def step(self, a: int) -> Tuple[torch.Tensor, float, bool]:
        self.t += 1
        hit = a == self.right
        return torch.tensor([self.t / self.STEPS]), float(hit), hit or self.t >= self.STEPS


def run_trial(net: Rl2Net, rng: random.Random, visits: int):
    day = TidalGate(rng)
    belief = torch.zeros(1, net.size)
    logps: List[torch.Tensor] = []
    vals: List[torch.Tensor] = []
    ents: List[torch.Tensor] = []
    rews: List[float] = []
    act, rew = 0, 0.0
    for _ in range(visits):
        obs, over, fresh = day.begin(), False, 1.0
        while not over:
            logits, val, belief = net(Step(obs, act, rew, fresh), belief)
            lp = logits.log_softmax(-1)
            act = int(torch.multinomial(lp.exp().detach(), 1))
            obs, rew, over = day.step(act)
            fresh = 0.0
            logps.append(lp[act])
            vals.append(val)
            ents.append(-(lp.exp() * lp).sum())
            rews.append(rew - 0.1)
    return torch.stack(logps), torch.stack(vals), torch.stack(ents), rews


def worker(rank: int, shared: Rl2Net, opt, lock, tally, trials: int, visits: int, gamma: float = 0.95):
    rng = random.Random(rank)
    torch.manual_seed(rank)
    local = Rl2Net(1, 4)
    for _ in range(trials):
        with lock:
            local.load_state_dict(shared.state_dict())
        logps, vals, ents, rews = run_trial(local, rng, visits)
        g, rets = 0.0, []
        for r in reversed(rews):
            g = r + gamma * g
            rets.append(g)
        ret = torch.tensor(rets[::-1])
        adv = (ret - vals).detach()
        loss = -(adv * logps).mean() + 0.5 * F.mse_loss(vals, ret) - 0.01 * ents.mean()
        local.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 1.0)
        with lock:
            opt.zero_grad()
            for mine, theirs in zip(local.parameters(), shared.parameters()):
                theirs.grad = mine.grad.clone()
            opt.step()
            tally.value += 1
