from collections import deque

import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from config import MappoConfig
from modules import BeaconField, JointCritic, RecurrentActor


class Runner:
    def __init__(self, cfg: MappoConfig):
        self.cfg = cfg
        self.field = BeaconField(cfg)
        self.actor = RecurrentActor(cfg.obs_dim, cfg.n_actions, cfg.width)
        self.critic = JointCritic(cfg.obs_dim * cfg.n_agents, cfg.width)
        self.opt = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr=cfg.lr)
        self.memory = torch.zeros(cfg.n_envs, cfg.n_agents, cfg.width)
        self.obs = self.field.observe()
        self.level = 0
        self.outcomes = deque(maxlen=cfg.window * cfg.n_envs)

    @torch.no_grad()
    def collect(self):
        first_mem = self.memory.clone()
        rows = {k: [] for k in ("obs", "act", "logp", "rew", "done", "val")}
        for _ in range(self.cfg.horizon):
            logits, mem = self.actor(self.obs, self.memory)
            dist = Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done, won = self.field.step(act.numpy())
            for key, item in zip(rows, (self.obs, act, dist.log_prob(act), rew, done, self.critic(self.obs))):
                rows[key].append(item)
            self.memory = mem * (1.0 - done)[:, None, None]
            self.outcomes.extend(won[done.bool().numpy()].tolist())
            self.obs = nxt
        batch = {k: torch.stack(v) for k, v in rows.items()}
        batch["last_val"] = self.critic(self.obs)
        return first_mem, batch

    def advantages(self, b):
        adv, run, nxt = torch.zeros_like(b["rew"]), 0.0, b["last_val"]
        for t in reversed(range(self.cfg.horizon)):
            live = 1.0 - b["done"][t]
            delta = b["rew"][t] + self.cfg.gamma * nxt * live - b["val"][t]
            run = delta + self.cfg.gamma * self.cfg.lam * live * run
            adv[t], nxt = run, b["val"][t]
        return adv, adv + b["val"]

    def improve(self, first_mem, b):
        adv, ret = self.advantages(b)
        adv = ((adv - adv.mean()) / (adv.std() + 1e-6)).unsqueeze(-1)
        for _ in range(self.cfg.epochs):
            mem, logps, ents = first_mem, [], []
            for t in range(self.cfg.horizon):
                logits, mem = self.actor(b["obs"][t], mem)
                dist = Categorical(logits=logits)
                logps.append(dist.log_prob(b["act"][t]))
                ents.append(dist.entropy())
                mem = mem * (1.0 - b["done"][t])[:, None, None]
            ratio = (torch.stack(logps) - b["logp"]).exp()
            surr = torch.min(ratio * adv, ratio.clamp(1 - self.cfg.clip, 1 + self.cfg.clip) * adv)
            loss = -surr.mean() + 0.5 * F.mse_loss(self.critic(b["obs"]), ret)
            loss = loss - self.cfg.ent_coef * torch.stack(ents).mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()

    def enter_level(self, k):
        self.level = k
        self.field.span = self.cfg.levels[k]
        self.outcomes.clear()

    def save_stage(self):
        torch.save({"actor": self.actor.state_dict(), "critic": self.critic.state_dict()}, self.cfg.stage_file)

    def revert_stage(self):
        blob = torch.load(self.cfg.stage_file)
        self.actor.load_state_dict(blob["actor"])
        self.critic.load_state_dict(blob["critic"])

    def train(self):
        self.save_stage()
        for it in range(self.cfg.iterations):
            self.improve(*self.collect())
            if len(self.outcomes) < self.outcomes.maxlen // 2:
                continue
            rate = sum(self.outcomes) / len(self.outcomes)
            if rate > self.cfg.promote_at and self.level + 1 < len(self.cfg.levels):
                self.save_stage()
                self.enter_level(self.level + 1)
            elif rate < self.cfg.demote_at and self.level > 0:
                self.revert_stage()
                self.enter_level(self.level - 1)
            print(f"iter {it} level {self.level} success {rate:.2f}")


if __name__ == "__main__":
    Runner(MappoConfig()).train()
