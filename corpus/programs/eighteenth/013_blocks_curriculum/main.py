import os

import hydra
import numpy as np
import torch
from omegaconf import DictConfig
from torch import nn
from torch.distributions import Categorical

MAX_WIDTH = 10


class Blocks:
    """Dominoes and bars fall in a well; the next piece is only shown for a moment."""

    def __init__(self, width, height=16, seed=0):
        self.width, self.height = width, height
        self.rng = np.random.default_rng(seed)

    def start(self):
        self.cols = np.zeros(self.width, dtype=int)
        self.now, self.then = self.rng.integers(1, 5, 2)
        return self.look(show=True)

    def look(self, show):
        f = np.zeros(MAX_WIDTH + 3, dtype=np.float32)
        f[: self.width] = self.cols / self.height
        f[MAX_WIDTH] = self.now / 4
        f[MAX_WIDTH + 1] = self.then / 4 if show else 0.0
        f[MAX_WIDTH + 2] = self.width / MAX_WIDTH
        return torch.from_numpy(f)

    def drop(self, col):
        left = min(col, self.width - self.now)
        spot = self.cols[left:left + self.now]
        gap = int((spot.max() - spot).sum())
        self.cols[left:left + self.now] = spot.max() + 1
        cleared = int(self.cols.min())
        self.cols -= cleared
        self.now, self.then = self.then, self.rng.integers(1, 5)
        over = self.cols.max() >= self.height
        return self.look(self.rng.random() < 0.5), cleared - 0.1 * gap - 5.0 * over, bool(over)


class Dropper(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(MAX_WIDTH + 3, hidden)
        self.pi = nn.Linear(hidden, MAX_WIDTH)
        self.v = nn.Linear(hidden, 1)

    def initial_state(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, x, state):
        h, c = self.lstm(x.unsqueeze(0), state)
        return self.pi(h), self.v(h).squeeze(), (h, c)


class Trainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.net = Dropper(cfg.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.state = self.net.initial_state()

    def enter(self, stage):
        """Weights of an earlier run, or the best ones of the stage before."""
        folder = self.cfg.start_from or self.cfg.out
        path = os.path.join(folder, f"{stage}.pt")
        if os.path.exists(path):
            self.net.load_state_dict(torch.load(path))
            self.opt = torch.optim.Adam(self.net.parameters(), lr=self.cfg.lr)
            self.state = self.net.initial_state()

    def game(self, env):
        obs, over = env.start(), False
        self.state = self.net.initial_state()
        logps, values, rewards = [], [], []
        while not over and len(rewards) < self.cfg.max_moves:
            logits, value, self.state = self.net(obs, self.state)
            logits = logits[:, : env.width]
            dist = Categorical(logits=logits)
            col = dist.sample()
            obs, reward, over = env.drop(int(col))
            logps.append(dist.log_prob(col))
            values.append(value)
            rewards.append(float(reward))
        g, loss = 0.0, 0.0
        for lp, v, r in zip(reversed(logps), reversed(values), reversed(rewards)):
            g = r + self.cfg.gamma * g
            loss = loss - lp.squeeze() * (g - v.detach()) + 0.5 * (g - v) ** 2
        self.opt.zero_grad()
        (loss / len(rewards)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        return sum(rewards)


@hydra.main(version_base=None, config_path=".", config_name="conf")
def main(cfg: DictConfig):
    trainer = Trainer(cfg)
    names = [s.name for s in cfg.stages]
    for i, stage in enumerate(cfg.stages):
        trainer.enter(stage.name)
        env = Blocks(stage.width, seed=i)
        best, mean = -np.inf, None
        for n in range(stage.games):
            score = trainer.game(env)
            mean = score if mean is None else 0.97 * mean + 0.03 * score
            if n > 50 and mean > best:
                best = mean
                following = names[min(i + 1, len(names) - 1)]
                torch.save(trainer.net.state_dict(), os.path.join(cfg.out, f"{following}.pt"))
        print(f"{stage.name}: best {best:.2f}")


if __name__ == "__main__":
    main()
