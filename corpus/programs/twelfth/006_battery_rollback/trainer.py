import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

import torch
from torch import nn

from market import BatteryMarket

logger = logging.getLogger(__name__)


@dataclass
class Config:
    hidden: int = 64
    unroll: int = 48
    updates: int = 20_000
    lr: float = 1e-3
    gamma: float = 0.995
    patience: int = 3
    drop: float = 0.5
    ckpt_every: int = 100
    out: str = "runs/battery"


class TraderNet(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.lstm = nn.LSTMCell(BatteryMarket.features, cfg.hidden)
        self.head = nn.Linear(cfg.hidden, BatteryMarket.actions)
        self.value = nn.Linear(cfg.hidden, 1)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return torch.distributions.Categorical(logits=self.head(h)), self.value(h).squeeze(-1), (h, c)


class CheckpointKeeper:
    def __init__(self, folder: Path):
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.best_score: Optional[float] = None
        self.best_file: Optional[Path] = None

    def offer(self, update: int, score: float, net, opt) -> None:
        if self.best_score is not None and score <= self.best_score:
            return
        self.best_score = score
        self.best_file = self.folder / f"ckpt_{update:06d}.pt"
        torch.save({"net": net.state_dict(), "opt": opt.state_dict(), "score": score}, self.best_file)

    def fetch(self):
        return torch.load(self.best_file, map_location="cpu")


class Trainer:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        self.env = BatteryMarket(seed=7)
        self.net = TraderNet(cfg)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.keeper = CheckpointKeeper(Path(cfg.out))
        self.bad_checks = 0
        self._begin()

    def _begin(self):
        self.obs = self.env.reset()
        self.hc = (torch.zeros(1, self.cfg.hidden), torch.zeros(1, self.cfg.hidden))

    def _unroll(self):
        steps = []
        for _ in range(self.cfg.unroll):
            dist, value, self.hc = self.net(torch.from_numpy(self.obs)[None], self.hc)
            action = dist.sample()
            self.obs, reward, done = self.env.step(action.item())
            steps.append((dist.log_prob(action), dist.entropy(), value, reward, done))
            if done:
                self._begin()
        return steps

    def _learn(self, steps):
        with torch.no_grad():
            _, target, _ = self.net(torch.from_numpy(self.obs)[None], self.hc)
        loss = torch.zeros(1)
        for logp, ent, value, reward, done in reversed(steps):
            target = reward + self.cfg.gamma * (0.0 if done else 1.0) * target
            adv = target - value
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - 0.005 * ent
        self.opt.zero_grad()
        (loss / len(steps)).sum().backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.hc = tuple(t.detach() for t in self.hc)
        return sum(s[3] for s in steps) / len(steps)

    def _rollback(self):
        ckpt = self.keeper.fetch()
        self.net.load_state_dict(ckpt["net"])
        self.opt.load_state_dict(ckpt["opt"])
        self.bad_checks = 0
        self._begin()
        logger.warning("reward collapsed, restored %s (score %.3f)", self.keeper.best_file.name, ckpt["score"])

    def fit(self):
        window = []
        for update in range(1, self.cfg.updates + 1):
            window.append(self._learn(self._unroll()))
            if update % self.cfg.ckpt_every:
                continue
            score = sum(window) / len(window)
            window.clear()
            logger.info("update %d score %.3f", update, score)
            if self.keeper.best_score is not None and score < self.keeper.best_score - self.cfg.drop:
                self.bad_checks += 1
                if self.bad_checks >= self.cfg.patience:
                    self._rollback()
            else:
                self.bad_checks = 0
                self.keeper.offer(update, score, self.net, self.opt)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config()
    print(json.dumps(asdict(config), indent=2))
    Trainer(config).fit()
