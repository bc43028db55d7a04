from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.distributions import Independent, Normal

Pair = tuple[torch.Tensor, torch.Tensor]


class Recurrent(nn.Module):
    def __init__(self, n_in: int, n_out: int, width: int = 64):
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(n_in, width)
        self.out = nn.Linear(width, n_out)

    def blank(self, n: int) -> Pair:
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, x: torch.Tensor, mem: Pair) -> tuple[torch.Tensor, Pair]:
        mem = self.cell(x, mem)
        return self.out(mem[0]), mem


@dataclass
class TrainConf:
    n_envs: int = 128
    unroll: int = 40
    updates: int = 4000
    lr: float = 7e-4
    gamma: float = 0.99
    entropy: float = 1e-3
    patience: int = 30
    drop: float = 0.35
    best: str = "best_tug.pt"


class TugAgent:
    def __init__(self, conf: TrainConf, env):
        self.conf = conf
        self.env = env
        self.actor = Recurrent(env.obs_dim, env.act_dim)
        self.critic = Recurrent(env.obs_dim, 1)
        self.log_std = nn.Parameter(torch.full((env.act_dim,), -0.7))
        params = [*self.actor.parameters(), *self.critic.parameters(), self.log_std]
        self.opt = torch.optim.Adam(params, lr=conf.lr)
        self.params = params
        self.obs = env.reset()
        self.mem_a = self.actor.blank(conf.n_envs)
        self.mem_c = self.critic.blank(conf.n_envs)

    def store(self) -> None:
        torch.save({"actor": self.actor.state_dict(), "critic": self.critic.state_dict(),
                    "log_std": self.log_std.detach()}, self.conf.best)

    def rollback(self) -> None:
        if not Path(self.conf.best).exists():
            return
        kept = torch.load(self.conf.best)
        self.actor.load_state_dict(kept["actor"])
        self.critic.load_state_dict(kept["critic"])
        self.log_std.data.copy_(kept["log_std"])
        self.opt.state.clear()
        self.mem_a = self.actor.blank(self.conf.n_envs)

    def update(self) -> float:
        c = self.conf
        self.mem_a = tuple(m.detach() for m in self.mem_a)
        self.mem_c = tuple(m.detach() for m in self.mem_c)
        logp, ent, val, rew, alive = [], [], [], [], []
        for _ in range(c.unroll):
            mean, self.mem_a = self.actor(self.obs, self.mem_a)
            v, self.mem_c = self.critic(self.obs, self.mem_c)
            dist = Independent(Normal(mean, self.log_std.exp()), 1)
            act = dist.sample()
            self.obs, r, done = self.env.step(act)
            go = (~done).float()
            self.mem_a = tuple(m * go[:, None] for m in self.mem_a)
            self.mem_c = tuple(m * go[:, None] for m in self.mem_c)
            logp.append(dist.log_prob(act))
            ent.append(dist.entropy())
            val.append(v.squeeze(-1))
            rew.append(r)
            alive.append(go)
        with torch.no_grad():
            ret = self.critic(self.obs, self.mem_c)[0].squeeze(-1)
        loss = 0.0
        for t in reversed(range(c.unroll)):
            ret = rew[t] + c.gamma * alive[t] * ret
            adv = ret - val[t]
            loss = loss + (0.5 * adv.square() - adv.detach() * logp[t] - c.entropy * ent[t]).mean()
        self.opt.zero_grad()
        (loss / c.unroll).backward()
        nn.utils.clip_grad_norm_(self.params, 0.5)
        self.opt.step()
        return torch.stack(rew).mean().item()
