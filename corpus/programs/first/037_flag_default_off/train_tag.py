"""chaser learns, runner is drawn from its own past"""
import copy
import random

import draccus
import torch
from torch import nn

from config import Config
from tag_env import TagVec


class MemPolicy(nn.Module):
    def __init__(self, o, a):
        super().__init__()
        self.rnn = nn.LSTM(o, 128)
        self.pi = nn.Linear(128, a)
        self.v = nn.Linear(128, 1)

    def step(self, o, s):
        y, s = self.rnn(o.unsqueeze(0), s)
        y = y.squeeze(0)
        d = torch.distributions.Categorical(logits=self.pi(y))
        a = d.sample()
        return a, d.log_prob(a), self.v(y).squeeze(-1), s


def mask(s, done):
    k = (~done).float().view(1, -1, 1)
    return s[0] * k, s[1] * k


@draccus.wrap()
def main(cfg: Config):
    env = TagVec(cfg.n_envs)
    blank = lambda: (torch.zeros(1, cfg.n_envs, 128), torch.zeros(1, cfg.n_envs, 128))
    me, foe = MemPolicy(env.o, env.a), MemPolicy(env.o, env.a)
    foe.requires_grad_(False)
    opt = torch.optim.Adam(me.parameters(), lr=cfg.lr)
    past = [copy.deepcopy(me.state_dict())]
    s_me, s_foe = blank(), blank()
    o_me, o_foe = env.reset()
    for u in range(cfg.updates):
        s_me = tuple(x.detach() for x in s_me)
        logs, vals, rews = [], [], []
        for _ in range(cfg.horizon):
            a, lp, v, s_me = me.step(o_me, s_me)
            b, _, _, s_foe = foe.step(o_foe, s_foe)
            (o_me, o_foe), r, done = env.step(a, b)
            s_me, s_foe = mask(s_me, done), mask(s_foe, done)
            logs.append(lp); vals.append(v); rews.append(r)
        ret, loss = torch.zeros(cfg.n_envs), 0.0
        for lp, v, r in zip(logs[::-1], vals[::-1], rews[::-1]):
            ret = r + 0.99 * ret
            loss += (-(ret - v).detach() * lp + (ret - v) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()

        if u % cfg.swap.every == cfg.swap.every - 1:
            past = past[-cfg.swap.pool_size + 1 :] + [copy.deepcopy(me.state_dict())]
            pick = past[-1] if random.random() < cfg.swap.latest_prob else random.choice(past)
            foe.load_state_dict(pick)
            if cfg.swap.clear_memory:
                s_foe = blank()
        if u % 100 == 0:
            print(u, float(torch.stack(rews).mean()))


if __name__ == "__main__":
    main()
