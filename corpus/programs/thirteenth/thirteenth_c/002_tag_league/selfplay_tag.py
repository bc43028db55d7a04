"""Runner/chaser tag on a torus. The runner is trained with PPO, chasers come from the league.

Every group of envs has its own chaser.
"""
import random
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import tyro
from torch.distributions import Categorical


@dataclass
class Args:
    seed: int = 3
    groups: int = 4
    envs_per_group: int = 8
    rollout: int = 64
    updates: int = 3000
    lr: float = 3e-4
    gamma: float = 0.995
    lam: float = 0.95
    clip: float = 0.2
    epochs: int = 3
    hidden: int = 96
    league_size: int = 30
    publish_every: int = 15
    redraw_every: int = 5


class TagEnvs:
    MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])

    def __init__(self, n, size=15, limit=200, seed=0):
        self.n, self.size, self.limit = n, size, limit
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = self.rng.integers(0, self.size, (self.n, 2, 2))
        self.t = np.zeros(self.n, dtype=int)
        return self.view()

    def view(self):
        d = self.pos[:, 1] - self.pos[:, 0]
        d = (d + self.size // 2) % self.size - self.size // 2
        seen = (np.abs(d).max(1) <= 3)[:, None]
        a = np.concatenate([d * seen, seen], 1).astype(np.float32)
        b = np.concatenate([-d * seen, seen], 1).astype(np.float32)
        return torch.from_numpy(a), torch.from_numpy(b)

    def step(self, run, chase):
        self.pos[:, 0] = (self.pos[:, 0] + self.MOVES[run]) % self.size
        self.pos[:, 1] = (self.pos[:, 1] + self.MOVES[chase]) % self.size
        self.t += 1
        caught = (self.pos[:, 0] == self.pos[:, 1]).all(1)
        over = caught | (self.t >= self.limit)
        rew = np.where(caught, -1.0, 0.01).astype(np.float32)
        k = int(over.sum())
        self.pos[over] = self.rng.integers(0, self.size, (k, 2, 2))
        self.t[over] = 0
        a, b = self.view()
        return a, b, torch.from_numpy(rew), torch.from_numpy(over.astype(np.float32))


class TagNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.enc = nn.Linear(3, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, 5)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h, fresh):
        h = self.gru(torch.tanh(self.enc(x)), h * (1 - fresh).unsqueeze(-1))
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


def frozen(net):
    return {k: v.detach().clone() for k, v in net.state_dict().items()}


def main(args: Args):
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    n = args.groups * args.envs_per_group
    env = TagEnvs(n, seed=args.seed)
    roles = {r: TagNet(args.hidden) for r in ("runner", "chaser")}
    opts = {r: torch.optim.Adam(net.parameters(), lr=args.lr) for r, net in roles.items()}
    league = deque([frozen(roles["chaser"])], maxlen=args.league_size)

    # group 0 always plays the chaser being trained, the others a past one
    rivals = [roles["chaser"]] + [TagNet(args.hidden) for _ in range(args.groups - 1)]
    rival_h = [torch.zeros(args.envs_per_group, args.hidden) for _ in range(args.groups)]
    groups = [slice(g * args.envs_per_group, (g + 1) * args.envs_per_group) for g in range(args.groups)]

    obs_r, obs_c = env.reset()
    fresh = torch.ones(n)
    h = torch.zeros(n, args.hidden)
    for upd in range(args.updates):
        if upd % args.redraw_every == 0:
            for g in range(1, args.groups):
                rivals[g].load_state_dict(random.choice(league))
                rival_h[g] = torch.zeros(args.envs_per_group, args.hidden)

        store, h0 = [], h
        c_store, c_h0 = [], rival_h[0]
        for _ in range(args.rollout):
            with torch.no_grad():
                pi, val, h = roles["runner"](obs_r, h, fresh)
                act = pi.sample()
                chase = torch.zeros(n, dtype=torch.long)
                for g, sl in enumerate(groups):
                    cpi, cval, rival_h[g] = rivals[g](obs_c[sl], rival_h[g], fresh[sl])
                    chase[sl] = cpi.sample()
                    if g == 0:
                        mine = (obs_c[sl], fresh[sl], chase[sl].clone(), cpi.log_prob(chase[sl]), cval)
            nxt_r, nxt_c, rew, over = env.step(act.numpy(), chase.numpy())
            store.append((obs_r, fresh, act, pi.log_prob(act), val, rew, over))
            c_store.append((*mine, -rew[groups[0]], over[groups[0]]))
            obs_r, obs_c, fresh = nxt_r, nxt_c, over

        improve(roles["runner"], opts["runner"], store, h0, obs_r, h, fresh, args)
        improve(roles["chaser"], opts["chaser"], c_store, c_h0, obs_c[groups[0]], rival_h[0], fresh[groups[0]], args)
        if upd % args.publish_every == args.publish_every - 1:
            league.append(frozen(roles["chaser"]))
        if upd % 20 == 0:
            print(upd, "mean reward", torch.stack([s[5] for s in store]).mean().item())


def improve(net, opt, store, h0, last_obs, last_h, last_fresh, args):
    obs, fresh, act, logp, val, rew, over = (torch.stack(x) for x in zip(*store))
    with torch.no_grad():
        nxt = net(last_obs, last_h, last_fresh)[1]
    adv, run = torch.zeros_like(rew), torch.zeros_like(nxt)
    for t in reversed(range(len(rew))):
        live = 1 - over[t]
        run = rew[t] + args.gamma * nxt * live - val[t] + args.gamma * args.lam * live * run
        adv[t], nxt = run, val[t]
    ret = adv + val
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    for _ in range(args.epochs):
        h, new_logp, new_val, ent = h0, [], [], []
        for t in range(len(rew)):
            pi, v, h = net(obs[t], h, fresh[t])
            new_logp.append(pi.log_prob(act[t]))
            new_val.append(v)
            ent.append(pi.entropy())
        ratio = (torch.stack(new_logp) - logp).exp()
        loss = -torch.min(ratio * adv, ratio.clamp(1 - args.clip, 1 + args.clip) * adv).mean()
        loss = loss + 0.5 * (torch.stack(new_val) - ret).pow(2).mean() - 0.01 * torch.stack(ent).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


if __name__ == "__main__":
    main(tyro.cli(Args))
