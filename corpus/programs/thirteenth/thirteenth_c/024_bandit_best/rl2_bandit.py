"""RL^2 on Bernoulli bandits: the GRU learns to explore. Keeps the weights with the best validation regret."""
import math
from pathlib import Path

import hydra
import torch
from omegaconf import DictConfig
from torch import Tensor, nn
from torch.distributions import Categorical


class BanditBatch:
    def __init__(self, batch: int, arms: int, generator: torch.Generator):
        self.batch, self.arms, self.gen = batch, arms, generator

    def new_tasks(self) -> None:
        self.p = torch.rand(self.batch, self.arms, generator=self.gen)

    def pull(self, arm: Tensor) -> tuple[Tensor, Tensor]:
        p = self.p.gather(1, arm.unsqueeze(1)).squeeze(1)
        reward = (torch.rand(self.batch, generator=self.gen) < p).float()
        return reward, self.p.max(1).values - p


class MetaLearner(nn.Module):
    def __init__(self, arms: int, hidden: int):
        super().__init__()
        self.arms, self.hidden = arms, hidden
        self.gru = nn.GRUCell(arms + 1, hidden)
        self.pi = nn.Linear(hidden, arms)
        self.v = nn.Linear(hidden, 1)

    def begin(self, batch: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(batch, self.arms + 1), torch.zeros(batch, self.hidden)

    def forward(self, x: Tensor, h: Tensor):
        h = self.gru(x, h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


def lifetime(net: MetaLearner, bandits: BanditBatch, pulls: int):
    bandits.new_tasks()
    x, h = net.begin(bandits.batch)
    logps, vals, ents, rews, regret = [], [], [], [], 0.0
    for _ in range(pulls):
        dist, v, h = net(x, h)
        arm = dist.sample()
        r, loss = bandits.pull(arm)
        regret += loss.mean().item()
        logps.append(dist.log_prob(arm))
        vals.append(v)
        ents.append(dist.entropy())
        rews.append(r)
        x = torch.cat([nn.functional.one_hot(arm, net.arms).float(), r.unsqueeze(1)], dim=1)
    return torch.stack(logps), torch.stack(vals), torch.stack(ents), torch.stack(rews), regret


@torch.no_grad()
def validate(net: MetaLearner, cfg: DictConfig) -> float:
    bandits = BanditBatch(cfg.val_tasks, cfg.arms, torch.Generator().manual_seed(cfg.val_seed))
    return lifetime(net, bandits, cfg.pulls)[-1]


class Keeper:
    def __init__(self, net: nn.Module):
        self.net = net
        self.regret = math.inf
        self.weights: dict[str, Tensor] = {}
        self.bad = 0

    def offer(self, regret: float) -> bool:
        if regret < self.regret:
            self.regret, self.bad = regret, 0
            self.weights = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
            return True
        self.bad += 1
        return False

    def put_back(self) -> None:
        self.net.load_state_dict(self.weights)


@hydra.main(version_base=None, config_path="conf", config_name="bandit")
def main(cfg: DictConfig) -> None:
    torch.manual_seed(cfg.seed)
    net = MetaLearner(cfg.arms, cfg.hidden)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    bandits = BanditBatch(cfg.tasks, cfg.arms, torch.Generator().manual_seed(cfg.seed))
    keeper = Keeper(net)

    for it in range(cfg.iterations):
        logp, val, ent, rew, regret = lifetime(net, bandits, cfg.pulls)
        ret, g = torch.zeros_like(rew), torch.zeros(cfg.tasks)
        for t in reversed(range(cfg.pulls)):
            g = rew[t] + cfg.gamma * g
            ret[t] = g
        adv = (ret - val).detach()
        loss = (-logp * adv + 0.5 * (ret - val) ** 2 - cfg.entropy * ent).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), cfg.max_norm)
        opt.step()

        if it % cfg.val_every == 0:
            val_regret = validate(net, cfg)
            better = keeper.offer(val_regret)
            print(f"{it:6d} train {regret:.2f} val {val_regret:.2f}{' *' if better else ''}")
            if keeper.bad >= cfg.patience:
                break

    keeper.put_back()
    print("best validation regret", keeper.regret, "again", validate(net, cfg))
    torch.save(net.state_dict(), Path(cfg.out))


if __name__ == "__main__":
    main()
