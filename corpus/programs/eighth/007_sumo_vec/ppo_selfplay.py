"""Recurrent PPO against a bank of older selves, on vectorised sumo rings."""
import random
from collections import deque
from dataclasses import dataclass

import torch
import torch.nn as nn
import tyro
from torch.distributions import Categorical

from sumo import SumoRing


@dataclass
class Args:
    num_envs: int = 64
    num_steps: int = 32
    total_updates: int = 2000
    hidden: int = 128
    lr: float = 2.5e-4
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    epochs: int = 3
    rival_every: int = 25
    bank: int = 15
    seed: int = 1
    device: str = "cpu"


class Wrestler(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(SumoRing.obs_dim, hidden), nn.Tanh())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, SumoRing.act_dim)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h, c):
        h, c = self.lstm(self.body(obs), (h, c))
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h, c


class Trainer:
    def __init__(self, args: Args):
        self.args = args
        self.env = SumoRing(args.num_envs, args.device)
        self.agent = Wrestler(args.hidden).to(args.device)
        self.rival = Wrestler(args.hidden).to(args.device)
        self.rival.load_state_dict(self.agent.state_dict())
        self.rival.requires_grad_(False)
        self.opt = torch.optim.Adam(self.agent.parameters(), lr=args.lr, eps=1e-5)
        self.bank = deque([self._frozen()], maxlen=args.bank)

        self.obs, self.rival_obs = self.env.reset()
        self.done = torch.zeros(args.num_envs, device=args.device)
        shape = (args.num_envs, args.hidden)
        self.h = torch.zeros(shape, device=args.device)
        self.c = torch.zeros(shape, device=args.device)
        self.rival_h = torch.zeros(shape, device=args.device)
        self.rival_c = torch.zeros(shape, device=args.device)

    def _frozen(self):
        return {k: v.detach().clone() for k, v in self.agent.state_dict().items()}

    def change_rival(self):
        self.rival.load_state_dict(random.choice(self.bank))
        self.rival_h.zero_()

    @torch.no_grad()
    def collect(self):
        a = self.args
        start = (self.h.clone(), self.c.clone())
        store = {k: [] for k in ("obs", "act", "logp", "val", "rew", "start")}
        for _ in range(a.num_steps):
            keep = (1.0 - self.done).unsqueeze(1)
            dist, val, self.h, self.c = self.agent(self.obs, self.h * keep, self.c * keep)
            act = dist.sample()
            rival_dist, _, self.rival_h, self.rival_c = self.rival(
                self.rival_obs, self.rival_h * keep, self.rival_c * keep
            )
            store["obs"].append(self.obs)
            store["act"].append(act)
            store["logp"].append(dist.log_prob(act))
            store["val"].append(val)
            store["start"].append(self.done)
            (self.obs, self.rival_obs), rew, done = self.env.step(act, rival_dist.sample())
            store["rew"].append(rew)
            self.done = done.float()
        keep = (1.0 - self.done).unsqueeze(1)
        _, last, _, _ = self.agent(self.obs, self.h * keep, self.c * keep)
        data = {k: torch.stack(v) for k, v in store.items()}

        adv = torch.zeros_like(data["rew"])
        gae = torch.zeros(a.num_envs, device=a.device)
        for t in reversed(range(a.num_steps)):
            nonterminal = 1.0 - (self.done if t == a.num_steps - 1 else data["start"][t + 1])
            nxt = last if t == a.num_steps - 1 else data["val"][t + 1]
            delta = data["rew"][t] + a.gamma * nxt * nonterminal - data["val"][t]
            gae = delta + a.gamma * a.lam * nonterminal * gae
            adv[t] = gae
        data["adv"], data["ret"] = adv, adv + data["val"]
        return data, start

    def learn(self, data, start):
        a = self.args
        adv = (data["adv"] - data["adv"].mean()) / (data["adv"].std() + 1e-8)
        for _ in range(a.epochs):
            h, c = start
            logps, vals, ents = [], [], []
            for t in range(a.num_steps):
                keep = (1.0 - data["start"][t]).unsqueeze(1)
                dist, v, h, c = self.agent(data["obs"][t], h * keep, c * keep)
                logps.append(dist.log_prob(data["act"][t]))
                vals.append(v)
                ents.append(dist.entropy())
            ratio = (torch.stack(logps) - data["logp"]).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(1 - a.clip, 1 + a.clip) * adv).mean()
            vl = (torch.stack(vals) - data["ret"]).pow(2).mean()
            loss = pg + 0.5 * vl - 0.01 * torch.stack(ents).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.agent.parameters(), 0.5)
            self.opt.step()

    def run(self):
        for update in range(1, self.args.total_updates + 1):
            data, start = self.collect()
            self.learn(data, start)
            if update % self.args.rival_every == 0:
                self.bank.append(self._frozen())
                self.change_rival()
                print(f"{update}: reward per step {data['rew'].mean().item():+.4f}")


if __name__ == "__main__":
    args = tyro.cli(Args)
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    Trainer(args).run()
