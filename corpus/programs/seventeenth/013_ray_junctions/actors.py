import numpy as np
import ray
import torch
from torch.distributions import Categorical

from model import JunctionNet
from sim import Corridor


@ray.remote(num_cpus=1)
class Sampler:
    """Owns one corridor; every junction has one row in the batch."""

    def __init__(self, seed, junctions=8):
        torch.set_num_threads(1)
        self.env = Corridor(junctions, seed)
        self.net = JunctionNet()
        self.obs = self.env.reset()
        self.h = self.net.initial_state(junctions)
        self.delays, self.wait = [], 0.0

    def sample(self, weights, steps):
        self.net.load_state_dict(weights)
        batch = {k: [] for k in ("obs", "act", "logp", "rew", "done")}
        h0 = self.h.clone()
        with torch.no_grad():
            for _ in range(steps):
                x = torch.from_numpy(self.obs)
                logits, _, self.h = self.net(x, self.h)
                dist = Categorical(logits=logits)
                act = dist.sample()
                nxt, rew, done = self.env.step(act.numpy())
                batch["obs"].append(self.obs)
                batch["act"].append(act.numpy())
                batch["logp"].append(dist.log_prob(act).numpy())
                batch["rew"].append(rew)
                batch["done"].append(np.full(len(rew), done, np.float32))
                self.wait -= float(rew.mean())
                self.obs = nxt
                if done:
                    self.obs = self.env.reset()
                    self.h = self.net.initial_state(len(rew))
                    self.delays.append(self.wait)
                    self.wait = 0.0
        out = {k: np.stack(v) for k, v in batch.items()}
        out["h0"], out["last_obs"] = h0.numpy(), self.obs
        delays, self.delays = self.delays, []
        return out, delays
