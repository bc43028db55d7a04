import numpy as np
import ray
import torch

from model import GruActorCritic


@ray.remote(num_cpus=1)
class RolloutWorker:
    def __init__(self, wid, env_maker, cfg):
        torch.set_num_threads(1)
        self.wid = wid
        self.cfg = cfg
        self.env = env_maker(seed=wid)
        self.net = GruActorCritic(cfg["obs"], cfg["act"], cfg["hidden"])
        self.net.eval()
        self.obs = self.env.reset()
        self.hidden = np.zeros(cfg["hidden"], dtype=np.float32)
        self.ep_return = 0.0
        self.finished = []

    def set_weights(self, weights):
        self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})

    def stats(self):
        out, self.finished = self.finished, []
        return out

    @torch.no_grad()
    def sample(self, n):
        batch = {k: [] for k in ("obs", "act", "rew", "done", "logp", "val")}
        batch["h0"] = self.hidden.copy()
        for _ in range(n):
            o = torch.as_tensor(self.obs, dtype=torch.float32)[None]
            h = torch.from_numpy(self.hidden)[None]
            logits, v, h = self.net.step(o, h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            nxt, r, done = self.env.step(a.item())
            batch["obs"].append(self.obs)
            batch["act"].append(a.item())
            batch["rew"].append(r)
            batch["done"].append(done)
            batch["logp"].append(dist.log_prob(a).item())
            batch["val"].append(v.item())
            self.ep_return += r
            self.obs = nxt
            self.hidden = h[0].numpy()
            if done:
                self.finished.append(self.ep_return)
                self.ep_return = 0.0
                self.obs = self.env.reset()
                self.hidden = np.zeros(self.cfg["hidden"], dtype=np.float32)
        o = torch.as_tensor(self.obs, dtype=torch.float32)[None]
        batch["last_val"] = self.net.step(o, torch.from_numpy(self.hidden)[None])[1].item()
        return batch
