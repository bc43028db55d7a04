import sys

import numpy as np
import torch

from policy import RMAPPO
from swarm import SwarmVec


class Runner:
    def __init__(self, E=16, A=4, T=50, gamma=0.99, lam=0.95):
        self.env = SwarmVec(E, A)
        self.algo = RMAPPO(self.env.obs_dim, self.env.n_act, A)
        self.E, self.A, self.T, self.gamma, self.lam = E, A, T, gamma, lam
        self.obs = self.env.reset()
        self.h_a = torch.zeros(1, E * A, self.algo.actor.hid)
        self.h_c = torch.zeros(1, E * A, self.algo.critic.hid)
        self.ep_ret, self.finished = np.zeros(E), []

    def pack(self, o):
        own = torch.from_numpy(o).reshape(self.E * self.A, -1)
        share = torch.from_numpy(o).reshape(self.E, 1, -1).expand(-1, self.A, -1).reshape(self.E * self.A, -1)
        return own, share

    @torch.no_grad()
    def rollout(self):
        start = self.h_a.clone(), self.h_c.clone()
        rows, masks = [], []
        for _ in range(self.T):
            own, share = self.pack(self.obs)
            dist, self.h_a = self.algo.actor(own.unsqueeze(0), self.h_a)
            v, self.h_c = self.algo.critic(share.unsqueeze(0), self.h_c)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.view(self.E, self.A).numpy())
            rows.append((own, share, a[0], dist.log_prob(a)[0], v[0], torch.from_numpy(r).flatten()))
            masks.append(torch.from_numpy(np.repeat(1.0 - done, self.A).astype(np.float32)))
            self.ep_ret += r[:, 0]
            for e in np.flatnonzero(done):
                self.finished.append(self.ep_ret[e])
                self.ep_ret[e] = 0
        own, share, act, logp, val, rew = (torch.stack(c) for c in zip(*rows))
        nxt = self.algo.critic(self.pack(self.obs)[1].unsqueeze(0), self.h_c)[0][0]
        adv, acc = torch.zeros_like(rew), torch.zeros(self.E * self.A)
        for t in reversed(range(self.T)):
            v1 = nxt if t == self.T - 1 else val[t + 1]
            delta = rew[t] + self.gamma * v1 * masks[t] - val[t]
            adv[t] = acc = delta + self.gamma * self.lam * masks[t] * acc
        return dict(obs=own, share=share, act=act, logp=logp, adv=adv, ret=adv + val, h_a=start[0], h_c=start[1])

    def run(self, updates):
        for u in range(updates):
            self.algo.train(self.rollout())
            if u % 20 == 0 and self.finished:
                print(f"update {u} return {np.mean(self.finished):.2f} over {len(self.finished)} episodes")
                self.finished.clear()
        torch.save({"actor": self.algo.actor.state_dict(), "critic": self.algo.critic.state_dict()}, "swarm.pt")


if __name__ == "__main__":
    torch.manual_seed(0)
    Runner().run(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
