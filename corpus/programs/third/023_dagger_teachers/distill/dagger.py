import logging
from collections import deque

import torch
import torch.nn.functional as F

logger = logging.getLogger(__name__)


class Dagger:
    def __init__(self, envs, student, room, cfg):
        self.envs = envs
        self.student = student
        self.room = room
        self.cfg = cfg
        self.opt = torch.optim.Adam(student.parameters(), lr=cfg.lr)
        self.data = deque(maxlen=cfg.capacity)
        self.obs = None

    def _to_tensor(self, obs):
        return torch.as_tensor(obs, dtype=torch.float32, device=self.cfg.device)

    def collect(self, beta):
        for _ in range(self.cfg.horizon):
            x = self._to_tensor(self.obs)
            advice = self.room.advise(x)
            with torch.no_grad():
                mine = self.student(x)
            use = (torch.rand(len(x), 1, device=x.device) < beta).float()
            action = use * advice + (1 - use) * mine
            self.data.append((x, advice))
            self.obs, _, term, trunc, _ = self.envs.step(action.cpu().numpy())
            self.room.finished(torch.as_tensor(term | trunc))

    def fit(self):
        total = 0.0
        for _ in range(self.cfg.epochs):
            idx = torch.randint(len(self.data), (self.cfg.minibatch,))
            x = torch.cat([self.data[i][0] for i in idx])
            y = torch.cat([self.data[i][1] for i in idx])
            loss = F.mse_loss(self.student(x), y)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            total += loss.item()
        return total / self.cfg.epochs

    def run(self):
        self.obs, _ = self.envs.reset(seed=self.cfg.seed)
        for it in range(1, self.cfg.iterations + 1):
            self.collect(max(0.0, 1.0 - it / self.cfg.beta_iters))
            loss = self.fit()
            if it % self.cfg.full_restart_every == 0:
                self.obs, _ = self.envs.reset()
                name = self.room.next_teacher(restart=True)
                logger.info("it %d restart with %s", it, name)
            elif it % self.cfg.change_every == 0:
                name = self.room.next_teacher(restart=False)
                logger.info("it %d teacher %s loss %.4f", it, name, loss)
