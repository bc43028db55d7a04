import queue

import numpy as np
import torch
from torch.distributions import Categorical

from keeper_env import PenaltyBox
from net import KeeperNet, from_arrays


class Actor:
    def __init__(self, rank, inbox, outbox, unroll):
        torch.set_num_threads(1)
        torch.manual_seed(rank)
        self.inbox, self.outbox, self.unroll = inbox, outbox, unroll
        self.env = PenaltyBox(seed=rank)
        self.net = KeeperNet()
        self.h = self.net.initial()

    def refresh(self, block=False):
        arrays = self.inbox.get() if block else None
        while True:
            try:
                arrays = self.inbox.get_nowait()
            except queue.Empty:
                break
        if arrays is not None:
            from_arrays(self.net, arrays)

    @torch.no_grad()
    def collect(self, obs):
        rec = {"obs": [], "act": [], "logp": [], "rew": [], "done": [], "h0": self.h.numpy().copy()}
        for _ in range(self.unroll):
            logits, _, self.h = self.net.step(torch.from_numpy(obs)[None], self.h)
            dist = Categorical(logits=logits)
            a = dist.sample()
            rec["obs"].append(obs)
            rec["act"].append(a.item())
            rec["logp"].append(dist.log_prob(a).item())
            obs, r, done = self.env.step(a.item())
            rec["rew"].append(r)
            rec["done"].append(float(done))
            if done:
                obs = self.env.reset()
                self.h = self.net.initial()
        rec["last_obs"] = obs
        return obs, {k: np.asarray(v, dtype=np.int64 if k == "act" else np.float32) for k, v in rec.items()}

    def run(self):
        self.refresh(block=True)
        obs = self.env.reset()
        while True:
            obs, rec = self.collect(obs)
            self.outbox.put(rec)
            self.refresh()


def actor_main(rank, inbox, outbox, unroll):
    Actor(rank, inbox, outbox, unroll).run()
