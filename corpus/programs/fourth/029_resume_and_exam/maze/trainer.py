import time

import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

from .exam import Examiner
from .model import MazeNet


class Trainer:
    def __init__(self, config, run_dir):
        from mazes_rs import Maze, VecMaze  # built with maturin

        self.cfg, self.dir = config, run_dir
        self.dir.mkdir(parents=True, exist_ok=True)
        self.envs = VecMaze(config["envs"], size=config["size"], seed=config["seed"])
        self.net = MazeNet(self.envs.n_obs, self.envs.n_act, config["width"])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=config["lr"])
        self.exam = Examiner(lambda seed: Maze(size=config["size"], seed=seed), config)
        self.log = SummaryWriter(self.dir)
        self.h = torch.zeros(config["envs"], config["width"])
        self.update, self.best = 0, -np.inf

    # -- files ---------------------------------------------------------------------
    def load_encoder(self, path):
        missing = self.net.encoder.load_state_dict(torch.load(path), strict=False)
        print("encoder:", missing)

    def save(self, name):
        blob = {"net": self.net.state_dict(), "opt": self.opt.state_dict(), "update": self.update, "best": self.best}
        torch.save(blob, self.dir / name)
        return self.dir / name

    def restore(self, path):
        blob = torch.load(path)
        self.net.load_state_dict(blob["net"])
        self.opt.load_state_dict(blob["opt"])
        self.update, self.best = blob["update"], blob["best"]

    # -- training ------------------------------------------------------------------
    def fit(self, resume=None):
        if resume is not None:
            self.restore(resume)
        self.obs = torch.as_tensor(self.envs.reset(), dtype=torch.float32)
        began = time.time()
        while self.update < self.cfg["updates"]:
            mean_return, loss = self._one_update()
            self.update += 1
            self.log.add_scalar("train/return", mean_return, self.update)
            self.log.add_scalar("train/loss", loss, self.update)
            if self.update % self.cfg["exam_every"] == 0:
                self.save("last.pt")
                if mean_return > self.best:
                    self.best = mean_return
                    best = self.save("best.pt")
                    for k, v in self.exam.examine(best).items():
                        self.log.add_scalar(k, v, self.update)
        print(f"{self.update} updates in {time.time() - began:.0f} s, best {self.best:.2f}")

    def _one_update(self):
        rows, total = [], 0.0
        self.h = self.h.detach()
        for _ in range(self.cfg["unroll"]):
            logits, value, self.h = self.net(self.obs, self.h)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            obs, rew, done = self.envs.step(act.numpy())
            alive = torch.as_tensor(1.0 - done, dtype=torch.float32)
            self.h = self.h * alive.unsqueeze(-1)
            rew = torch.as_tensor(rew, dtype=torch.float32)
            rows.append((dist.log_prob(act), dist.entropy(), value, rew, alive))
            self.obs = torch.as_tensor(obs, dtype=torch.float32)
            total += float(rew.sum())
        with torch.no_grad():
            ret = self.net(self.obs, self.h)[1]
        loss = 0.0
        for logp, ent, value, rew, alive in reversed(rows):
            ret = rew + self.cfg["gamma"] * alive * ret
            adv = ret - value
            loss = loss - (logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return total / self.cfg["envs"], float(loss)
