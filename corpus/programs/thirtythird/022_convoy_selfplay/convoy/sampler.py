import numpy as np
import ray
import torch

from .nets import Bridge, Captain
from .sea import Sea


@ray.remote(num_cpus=1)
class Sampler:
    def __init__(self, idx):
        torch.manual_seed(idx)
        self.sea = Sea(idx)
        self.bridges = {side: Bridge(Captain(Sea.obs_dim, Sea.n_actions)) for side in ("ship", "raider")}

    def orders(self, side, weights):
        self.bridges[side].post_orders(weights)

    def voyages(self, n, learner):
        out = []
        for _ in range(n):
            for bridge in self.bridges.values():
                bridge.leave_port()
            views, over = self.sea.reset(), False
            obs, acts, rews = [], [], []
            while not over:
                a = self.bridges["ship"].steer(views[0])
                b = self.bridges["raider"].steer(views[1])
                obs.append(views[0] if learner == "ship" else views[1])
                acts.append(a if learner == "ship" else b)
                views, r, over = self.sea.step(a, b)
                rews.append(r if learner == "ship" else -r)
            out.append((np.stack(obs), np.array(acts), np.array(rews, dtype=np.float32)))
        return out
