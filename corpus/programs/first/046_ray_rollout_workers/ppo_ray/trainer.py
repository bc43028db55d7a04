import logging

import ray
import torch

from .models import build
from .worker import RolloutWorker

logger = logging.getLogger(__name__)


class Trainer:
    def __init__(self, env_creator, cfg):
        self.cfg = cfg
        self.learner = build(cfg["model"])
        self.optim = torch.optim.Adam(self.learner.parameters(), lr=cfg["lr"])
        self.workers = [RolloutWorker.remote(env_creator, cfg["model"], s) for s in range(cfg["n_workers"])]

    def fit(self, iters):
        for it in range(iters):
            w = ray.put({k: v.cpu() for k, v in self.learner.state_dict().items()})
            trajs = ray.get([wk.sample.remote(w, self.cfg["T"]) for wk in self.workers])
            loss = sum(self._loss(t) for t in trajs) / len(trajs)
            self.optim.zero_grad()
            loss.backward()
            self.optim.step()
            if it % 10 == 0:
                logger.info("%d %.3f", it, sum(t["rew"].mean().item() for t in trajs) / len(trajs))

    def _loss(self, t):
        c, out = t["carry"], 0.0
        R = t["val"][-1]
        rets = []
        for r, d in zip(t["rew"].flip(0), t["done"].flip(0)):
            R = r + self.cfg["gamma"] * R * (1 - d.float())
            rets.insert(0, R)
        for i in range(len(rets)):
            pi, v, c = self.learner(t["obs"][i], c)
            c = c * (1 - t["done"][i].float()).unsqueeze(-1)
            ratio = (pi.log_prob(t["act"][i]) - t["logp"][i]).exp()
            adv = (rets[i] - t["val"][i])
            out = out - torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean() + 0.5 * (rets[i] - v).pow(2).mean()
        return out / len(rets)
