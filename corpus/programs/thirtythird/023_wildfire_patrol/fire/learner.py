import queue

import numpy as np
import torch
from torch.distributions import Categorical

from .forest import Forest
from .patrol_net import PatrolNet


class Learner:
    def __init__(self, lr=4e-4, gamma=0.99, clip=1.5):
        self.net = PatrolNet(Forest.n_obs, Forest.n_act)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr, eps=1e-4)
        self.gamma, self.clip = gamma, clip

    def publish(self, mailboxes):
        for box in mailboxes:
            arrays = [p.detach().numpy().copy() for p in self.net.parameters()]
            try:
                box.put_nowait(arrays)
            except queue.Full:
                continue

    def update(self, items):
        first, obs, acts, old, rews, overs = (torch.from_numpy(np.stack(x)) for x in zip(*items))
        ctx, T = first[:, 0], acts.shape[1]
        logits, values = [], []
        for t in range(T + 1):
            lg, v, ctx = self.net(obs[:, t], ctx)
            logits.append(lg)
            values.append(v)
            if t < T:
                ctx = ctx * (1 - overs[:, t]).unsqueeze(1)
        values = torch.stack(values, 1)
        dist = Categorical(logits=torch.stack(logits[:-1], 1))
        logp = dist.log_prob(acts)
        w = (logp.detach() - old).exp().clamp(max=self.clip)
        ret, rets = values[:, -1].detach(), []
        for t in reversed(range(T)):
            ret = rews[:, t] + self.gamma * (1 - overs[:, t]) * ret
            rets.insert(0, ret)
        rets = torch.stack(rets, 1)
        adv = rets - values[:, :-1]
        loss = -(w * logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * dist.entropy().mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.opt.step()
        return loss.item(), rews.mean().item()
