import collections
import logging
from pathlib import Path

import numpy as np
import torch
from torch.distributions import Categorical

from .env import DarkPole, SyncVec
from .nets import MemoryPolicy, RewardModel, RND
from .stats import RunningMeanStd

log = logging.getLogger(__name__)


class Trainer:
    def __init__(self, args):
        self.args = args
        self.envs = SyncVec([lambda i=i: DarkPole(seed=i) for i in range(args.num_envs)])
        self.policy = MemoryPolicy(2, 2)
        self.rnd = RND(2)
        self.reward_model = RewardModel(2, 2)
        self.opt = torch.optim.Adam([*self.policy.parameters(), *self.rnd.learnt.parameters()], lr=args.lr)
        self.sched = torch.optim.lr_scheduler.StepLR(self.opt, 1000, 0.7)
        self.int_norm = RunningMeanStd(())
        self.obs = torch.as_tensor(self.envs.reset())
        self.h = torch.zeros(args.num_envs, self.policy.hidden)
        self.returns = collections.deque(maxlen=100)
        self.reward_stamp = None
        self.update = 0
        self.best_opt = None

    def refresh_reward_model(self):
        path = Path(self.args.reward_file)
        if not path.exists():
            return
        stamp = path.stat().st_mtime_ns
        if stamp != self.reward_stamp:
            self.reward_model.load_state_dict(torch.load(path, map_location="cpu"))
            self.reward_stamp = stamp
            log.info("%d: new reward model", self.update)

    def refresh_rnd(self):
        fresh = RND(2)
        self.rnd.learnt.load_state_dict(fresh.learnt.state_dict())
        self.rnd.fixed.load_state_dict(fresh.fixed.state_dict())

    def optimizer_rollback(self):
        if self.best_opt is not None:
            self.opt.load_state_dict(self.best_opt["opt"])
            self.sched.load_state_dict(self.best_opt["sched"])
            self.int_norm.load_state_dict(self.best_opt["norm"])

    def rollout(self):
        tape = []
        self.h = self.h.detach()
        for _ in range(self.args.steps):
            logits, ve, vi, self.h = self.policy(self.obs, self.h)
            dist = Categorical(logits=logits)
            act = dist.sample()
            with torch.no_grad():
                ext = self.reward_model(self.obs, act)
            obs, rew, done, infos = self.envs.step(act.numpy())
            nxt = torch.as_tensor(obs)
            novelty = self.rnd(nxt)
            self.int_norm.update(novelty.detach().numpy())
            intr = torch.as_tensor(self.int_norm(novelty.detach().numpy()))
            keep = 1.0 - torch.as_tensor(done)
            self.h = self.h * keep.unsqueeze(-1)
            self.returns.extend(i["episode"]["r"] for i in infos if "episode" in i)
            tape.append((dist.log_prob(act), dist.entropy(), ve, vi, ext + torch.as_tensor(rew), intr, keep, novelty))
            self.obs = nxt
        return tape

    def learn(self, tape):
        with torch.no_grad():
            _, re, ri, _ = self.policy(self.obs, self.h)
        loss = 0.0
        for logp, ent, ve, vi, ext, intr, keep, novelty in reversed(tape):
            re = ext + self.args.gamma * re * keep
            ri = intr + self.args.gamma_int * ri
            adv = (re - ve).detach() + self.args.beta * (ri - vi).detach()
            loss = loss + ((re - ve).pow(2) * 0.5 + (ri - vi).pow(2) * 0.5 - adv * logp - 0.01 * ent + novelty).mean()
        self.opt.zero_grad()
        (loss / len(tape)).backward()
        torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.opt.step()
        self.sched.step()
        return float(loss.detach()) / len(tape)

    def run(self):
        best = -np.inf
        for self.update in range(self.args.updates):
            if self.update % 50 == 0:
                self.refresh_reward_model()
            if self.update and self.update % self.args.rnd_every == 0:
                self.refresh_rnd()
            loss = self.learn(self.rollout())
            if not np.isfinite(loss):
                self.optimizer_rollback()
            mean = float(np.mean(self.returns)) if self.returns else 0.0
            if mean > best and self.update % 100 == 0:
                best = mean
                self.best_opt = {"opt": self.opt.state_dict(), "sched": self.sched.state_dict(), "norm": self.int_norm.state_dict()}
                torch.save(self.policy.state_dict(), self.args.out)
            if self.update % 100 == 0:
                log.info("%d loss %.3f return %.1f best %.1f", self.update, loss, mean, best)
