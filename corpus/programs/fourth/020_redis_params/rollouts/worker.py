import argparse
import os

import numpy as np
import torch
from tank_envs import BatchTanks

from .bus import Bus
from .net import TankNet


class RolloutWorker:
    def __init__(self, bus, n_envs, fragment, seed):
        self.bus, self.fragment = bus, fragment
        self.envs = BatchTanks(n_envs, seed=seed)
        self.net = TankNet(self.envs.obs_dim, self.envs.n_actions)
        self.version = 0
        self.obs = torch.as_tensor(self.envs.reset()).float()
        self.h = torch.zeros(1, n_envs, self.net.n_hid)
        self.live = torch.zeros(n_envs)

    def refresh(self):
        self.version, params = self.bus.newer_than(self.version)
        if params is not None:
            self.net.load_state_dict(params)

    @torch.no_grad()
    def one_fragment(self):
        cols = {k: [] for k in ("obs", "act", "logp", "rew", "live")}
        h0 = self.h.clone()
        for _ in range(self.fragment):
            logits, _, self.h = self.net(self.obs[None], self.h, self.live[None])
            dist = torch.distributions.Categorical(logits=logits[0])
            act = dist.sample()
            obs, rew, done = self.envs.step(act.numpy())
            for k, x in zip(cols, (self.obs, act, dist.log_prob(act), torch.as_tensor(rew).float(), self.live)):
                cols[k].append(x)
            self.obs = torch.as_tensor(obs).float()
            self.live = torch.as_tensor(1.0 - done).float()
        out = {k: torch.stack(v).numpy() for k, v in cols.items()}
        out.update(h0=h0.numpy(), last=self.obs.numpy(), last_live=self.live.numpy(), version=self.version)
        return out

    def serve(self):
        while True:
            self.refresh()
            self.bus.push(self.one_fragment())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--redis", default=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
    p.add_argument("--envs", type=int, default=32)
    p.add_argument("--fragment", type=int, default=64)
    p.add_argument("--seed", type=int, default=os.getpid())
    a = p.parse_args()
    torch.set_num_threads(1)
    RolloutWorker(Bus(a.redis), a.envs, a.fragment, a.seed).serve()


if __name__ == "__main__":
    main()
