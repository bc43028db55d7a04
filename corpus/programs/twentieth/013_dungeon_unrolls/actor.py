import numpy as np
import ray
import torch

from crawl import Crawl
from delver import Delver


@ray.remote(num_cpus=1)
class Actor:
    def __init__(self, number, length):
        torch.set_num_threads(1)
        self.length = length
        self.env = Crawl(seed=number)
        self.net = Delver()
        self.view, self.stats = self.env.reset()
        self.done = False
        self.core_state = torch.zeros(1, self.net.size)
        self.scores = []
        self.score = 0.0

    @torch.no_grad()
    def unroll(self, weights):
        self.net.load_state_dict(weights)
        if self.done:
            self.core_state = torch.zeros(1, self.net.size)
        out = {"core_state": self.core_state.clone(), "view": [], "stats": [], "done": [],
               "action": [], "logp": [], "reward": []}
        for _ in range(self.length):
            if self.done:
                self.core_state = torch.zeros(1, self.net.size)
            view = torch.as_tensor(self.view).unsqueeze(0)
            stats = torch.as_tensor(self.stats).unsqueeze(0)
            logits, _, self.core_state = self.net.step(view, stats, self.core_state)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            out["view"].append(self.view)
            out["stats"].append(self.stats)
            out["done"].append(float(self.done))
            out["action"].append(action.item())
            out["logp"].append(dist.log_prob(action).item())
            (self.view, self.stats), reward, self.done = self.env.step(action.item())
            out["reward"].append(reward)
            self.score += reward
            if self.done:
                self.scores.append(self.score)
                self.score = 0.0
                self.view, self.stats = self.env.reset()
        batch = {k: torch.as_tensor(np.array(v)) for k, v in out.items() if k != "core_state"}
        batch["core_state"] = out["core_state"]
        batch["ended"] = torch.tensor(batch["done"][1:].tolist() + [float(self.done)])
        scores, self.scores = self.scores, []
        return batch, scores
