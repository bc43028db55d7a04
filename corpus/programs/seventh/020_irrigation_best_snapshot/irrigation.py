"""Irrigation scheduling with hidden soil moisture. PPO with a GRU; early stopping on the validation fields."""
import copy
from dataclasses import dataclass
from typing import Dict, List, Optional

import numpy as np
import torch
from torch import Tensor, nn


@dataclass
class Settings:
    fields: int = 12
    season: int = 90
    rounds: int = 800
    epochs: int = 4
    clip: float = 0.2
    gamma: float = 0.98
    lr: float = 4e-4
    validate_every: int = 10
    patience: int = 15


class Fields:
    """A batch of fields that all start and end the season together."""

    def __init__(self, n: int, season: int, seed: int):
        self.n, self.season = n, season
        self.rng = np.random.default_rng(seed)

    def reset(self) -> Tensor:
        self.moisture = self.rng.uniform(0.3, 0.6, self.n)
        self.drain = self.rng.uniform(0.01, 0.05, self.n)
        self.day = 0
        self.rain = np.zeros(self.n)
        return self._obs()

    def _obs(self) -> Tensor:
        sensor = self.moisture + self.rng.normal(0, 0.1, self.n)
        day = np.full(self.n, self.day / self.season)
        return torch.as_tensor(np.stack([sensor, self.rain, day], axis=1), dtype=torch.float32)

    def step(self, amount: np.ndarray):
        self.rain = (self.rng.random(self.n) < 0.15) * self.rng.uniform(0.05, 0.2, self.n)
        self.moisture = np.clip(self.moisture + 0.05 * amount + self.rain - self.drain, 0, 1)
        stress = np.abs(self.moisture - 0.5)
        reward = torch.as_tensor(-stress - 0.02 * amount, dtype=torch.float32)
        self.day += 1
        return self._obs(), reward, self.day >= self.season


class Planner(nn.Module):
    def __init__(self, n_levels: int = 4, size: int = 48):
        super().__init__()
        self.size = size
        self.gru = nn.GRUCell(3, size)
        self.policy = nn.Linear(size, n_levels)
        self.value = nn.Linear(size, 1)

    def forward(self, obs: Tensor, memory: Tensor):
        memory = self.gru(obs, memory)
        return self.policy(memory), self.value(memory).squeeze(-1), memory


def season(planner: Planner, fields: Fields, greedy: bool = False) -> Dict[str, Tensor]:
    obs, over = fields.reset(), False
    memory = torch.zeros(fields.n, planner.size)
    log: Dict[str, List[Tensor]] = {"obs": [], "act": [], "logp": [], "rew": []}
    with torch.no_grad():
        while not over:
            logits, _, memory = planner(obs, memory)
            dist = torch.distributions.Categorical(logits=logits)
            act = logits.argmax(-1) if greedy else dist.sample()
            log["obs"].append(obs)
            log["act"].append(act)
            log["logp"].append(dist.log_prob(act))
            obs, rew, over = fields.step(act.numpy())
            log["rew"].append(rew)
    return {k: torch.stack(v) for k, v in log.items()}


def replay(planner: Planner, obs: Tensor):
    memory = torch.zeros(obs.shape[1], planner.size)
    logits, values = [], []
    for o in obs:
        lo, v, memory = planner(o, memory)
        logits.append(lo)
        values.append(v)
    return torch.distributions.Categorical(logits=torch.stack(logits)), torch.stack(values)


def improve(planner: Planner, opt: torch.optim.Optimizer, data: Dict[str, Tensor], cfg: Settings) -> None:
    returns = torch.zeros_like(data["rew"])
    running = torch.zeros(data["rew"].shape[1])
    for t in reversed(range(len(returns))):
        running = data["rew"][t] + cfg.gamma * running
        returns[t] = running
    with torch.no_grad():
        _, baseline = replay(planner, data["obs"])
    adv = returns - baseline
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    for _ in range(cfg.epochs):
        dist, values = replay(planner, data["obs"])
        ratio = (dist.log_prob(data["act"]) - data["logp"]).exp()
        gain = torch.min(ratio * adv, ratio.clamp(1 - cfg.clip, 1 + cfg.clip) * adv).mean()
        loss = -gain + 0.5 * (returns - values).pow(2).mean() - 0.01 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(planner.parameters(), 0.5)
        opt.step()


class BestKeeper:
    def __init__(self, patience: int):
        self.patience = patience
        self.score = -np.inf
        self.snapshot: Optional[Dict[str, Tensor]] = None
        self.waited = 0

    def offer(self, score: float, model: nn.Module) -> bool:
        if score > self.score:
            self.score = score
            self.snapshot = copy.deepcopy(model.state_dict())
            self.waited = 0
        else:
            self.waited += 1
        return self.waited < self.patience


def main(cfg: Settings = Settings()) -> None:
    planner = Planner()
    opt = torch.optim.Adam(planner.parameters(), lr=cfg.lr)
    train_fields = Fields(cfg.fields, cfg.season, seed=1)
    valid_fields = Fields(32, cfg.season, seed=2)
    keeper = BestKeeper(cfg.patience)

    for r in range(cfg.rounds):
        improve(planner, opt, season(planner, train_fields), cfg)
        if r % cfg.validate_every == 0:
            score = season(planner, valid_fields, greedy=True)["rew"].sum(0).mean().item()
            print(f"round {r}: validation {score:.2f} (best {keeper.score:.2f})")
            if not keeper.offer(score, planner):
                break

    planner.load_state_dict(keeper.snapshot)
    test = season(planner, Fields(128, cfg.season, seed=3), greedy=True)["rew"].sum(0)
    print(f"test fields: {test.mean():.2f} +/- {test.std():.2f}")
    torch.save(planner.state_dict(), "planner.pt")


if __name__ == "__main__":
    main()
