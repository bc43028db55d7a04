import numpy as np
import ray
import torch

from .models import build


@ray.remote
class RolloutWorker:
    def __init__(self, env_creator, model_cfg, seed):
        self.env = env_creator(seed)
        self.model = build(model_cfg)
        self._carry = self.model.zeros(self.env.num_envs)
        self._obs = self.env.reset()

    def sample(self, weights, T):
        self.model.load_state_dict(weights)
        traj = {"obs": [], "act": [], "logp": [], "val": [], "rew": [], "done": [], "carry": self._carry}
        with torch.no_grad():
            for _ in range(T):
                x = torch.as_tensor(self._obs, dtype=torch.float32)
                pi, v, self._carry = self.model(x, self._carry)
                a = pi.sample()
                nxt, r, d, _ = self.env.step(a.numpy())
                for k, val in zip(("obs", "act", "logp", "val", "rew", "done"), (x, a, pi.log_prob(a), v, torch.as_tensor(r), torch.as_tensor(d))):
                    traj[k].append(val)
                self._carry = self._carry * (1 - torch.as_tensor(d).float()).unsqueeze(-1)
                self._obs = nxt
        return {k: (torch.stack(v) if isinstance(v, list) else v) for k, v in traj.items()}
