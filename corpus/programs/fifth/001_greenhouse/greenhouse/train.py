from __future__ import annotations

import argparse
import logging
from collections import deque

import torch
from torch.nn.utils import clip_grad_norm_, parameters_to_vector, vector_to_parameters

from .policy import ClimatePolicy
from .rollout import RolloutWorker, Segment

log = logging.getLogger("greenhouse")


class Trainer:
    def __init__(self, n_envs: int, horizon: int, lr: float, patience: float) -> None:
        self.policy = ClimatePolicy()
        self.worker = RolloutWorker(self.policy, n_envs, horizon)
        self.optim = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.patience = patience
        self.recent: deque[float] = deque(maxlen=20)
        self.best = float("-inf")
        self.best_vec = parameters_to_vector(self.policy.parameters()).detach().clone()

    def advantages(self, seg: Segment, gamma: float = 0.99, lam: float = 0.95):
        adv = torch.zeros_like(seg.rewards)
        run = torch.zeros(seg.rewards.shape[1])
        nxt_v, nxt_d = seg.last_value, seg.last_done
        for t in reversed(range(len(seg.rewards))):
            delta = seg.rewards[t] + gamma * nxt_v * (1 - nxt_d) - seg.values[t]
            run = delta + gamma * lam * (1 - nxt_d) * run
            adv[t] = run
            nxt_v, nxt_d = seg.values[t], seg.dones[t]
        return adv, adv + seg.values

    def update(self, seg: Segment, epochs: int = 4) -> None:
        adv, ret = self.advantages(seg)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(epochs):
            dist, value = self.policy.unroll(seg.obs, seg.start_hidden, seg.dones)
            ratio = (dist.log_prob(seg.actions) - seg.logp).exp()
            clipped = ratio.clamp(0.8, 1.2)
            loss = -torch.min(ratio * adv, clipped * adv).mean()
            loss = loss + 0.5 * (ret - value).pow(2).mean() - 0.01 * dist.entropy().mean()
            self.optim.zero_grad()
            loss.backward()
            clip_grad_norm_(self.policy.parameters(), 0.5)
            self.optim.step()

    def keep_or_revert(self) -> None:
        if len(self.recent) < self.recent.maxlen:
            return
        mean = sum(self.recent) / len(self.recent)
        if mean > self.best:
            self.best = mean
            self.best_vec = parameters_to_vector(self.policy.parameters()).detach().clone()
        elif mean < self.best - self.patience:
            log.warning("mean %.1f far below best %.1f, going back", mean, self.best)
            vector_to_parameters(self.best_vec.clone(), self.policy.parameters())
            self.recent.clear()

    def fit(self, updates: int) -> None:
        for k in range(updates):
            seg = self.worker.collect()
            self.recent.extend(seg.returns)
            self.update(seg)
            self.keep_or_revert()
            if k % 10 == 0 and self.recent:
                log.info("update %d  return %.2f", k, sum(self.recent) / len(self.recent))


def main(argv: list[str] | None = None) -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=2000)
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--horizon", type=int, default=64)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--patience", type=float, default=60.0)
    ns = ap.parse_args(argv)
    logging.basicConfig(level=logging.INFO)
    trainer = Trainer(ns.envs, ns.horizon, ns.lr, ns.patience)
    trainer.fit(ns.updates)
    torch.save(trainer.policy.state_dict(), "climate.pt")


if __name__ == "__main__":
    main()
