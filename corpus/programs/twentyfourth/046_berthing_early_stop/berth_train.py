from collections import OrderedDict
from dataclasses import dataclass, field
from typing import List, Optional

import torch
import torch.nn as nn
from torch.distributions import Normal

from berth_env import BerthEnv


class Pilot(nn.Module):
    def __init__(self, width: int = 40):
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(5, width)
        self.mean = nn.Linear(width, 2)
        self.log_std = nn.Parameter(torch.full((2,), -0.5))

    def start(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, x, state):
        h, c = self.cell(x, state)
        return self.mean(h), (h, c)


@dataclass
class EarlyStop:
    patience: int = 30
    best: float = float("-inf")
    waited: int = 0
    weights: Optional["OrderedDict[str, torch.Tensor]"] = None
    history: List[float] = field(default_factory=list)

    def update(self, score: float, model: nn.Module) -> bool:
        self.history.append(score)
        if score > self.best:
            self.best, self.waited = score, 0
            self.weights = OrderedDict((k, v.detach().cpu().clone()) for k, v in model.state_dict().items())
        else:
            self.waited += 1
        return self.waited >= self.patience


def episode(pilot: Pilot, env: BerthEnv, explore: bool):
    obs, _ = env.reset()
    state = pilot.start()
    logps, rewards, over = [], [], False
    while not over:
        mean, state = pilot(torch.from_numpy(obs).unsqueeze(0), state)
        if explore:
            dist = Normal(mean, pilot.log_std.exp())
            act = dist.sample()
            logps.append(dist.log_prob(act).sum())
        else:
            act = mean.detach()
        obs, r, term, trunc, _ = env.step(act[0].numpy())
        rewards.append(r)
        over = term or trunc
    return logps, rewards


def policy_loss(batch):
    all_ret, all_logp = [], []
    for logps, rewards in batch:
        g, rets = 0.0, []
        for r in reversed(rewards):
            g = r + 0.99 * g
            rets.append(g)
        all_ret.extend(reversed(rets))
        all_logp.extend(logps)
    ret = torch.tensor(all_ret)
    ret = (ret - ret.mean()) / (ret.std() + 1e-6)
    return -(torch.stack(all_logp) * ret).mean()


def test(pilot: Pilot, env: BerthEnv, n: int) -> float:
    with torch.no_grad():
        return sum(sum(episode(pilot, env, explore=False)[1]) for _ in range(n)) / n


def main(max_iter: int = 4000):
    env, pilot, stop = BerthEnv(), Pilot(), EarlyStop()
    env.reset(seed=5)
    opt = torch.optim.Adam(pilot.parameters(), lr=2e-3)
    for it in range(max_iter):
        loss = policy_loss([episode(pilot, env, explore=True) for _ in range(20)])
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % 10 == 0:
            score = test(pilot, env, 20)
            print(it, f"{score:.3f}")
            if stop.update(score, pilot):
                print("no progress, stopping")
                break

    pilot.load_state_dict(stop.weights)
    print("best pilot:", test(pilot, env, 200))
    torch.save({"model": pilot.state_dict(), "history": stop.history}, "pilot.pt")


if __name__ == "__main__":
    main()
