from typing import Dict, List, Tuple

import numpy as np
import ray
import torch

from net import FieldNet, Carry


class KeepAway:
    """Keep the ball from a chaser in a circle; ends when the chaser gets it or after 500 steps."""

    obs_size, n_actions = 7, 6

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.holder = 0
        self.mates = self.rng.uniform(-1, 1, (5, 2))
        self.chaser = np.zeros(2)
        self.bias = self.rng.normal(0, 0.3, 2)
        self.t = 0
        return self._obs()

    def _obs(self) -> np.ndarray:
        p = self.mates[self.holder]
        seen = self.chaser - p if self.rng.random() < 0.5 else np.zeros(2)
        one = [self.holder / 4, self.t / 500]
        return np.array([*p, *seen, *one, np.linalg.norm(p)], dtype=np.float32)

    def step(self, a: int) -> Tuple[np.ndarray, float, bool]:
        if a < 5:
            self.holder = a
        target = self.mates[self.holder]
        direction = target - self.chaser + self.bias
        self.chaser = self.chaser + 0.06 * direction / (np.linalg.norm(direction) + 1e-6)
        self.mates = np.clip(self.mates + self.rng.normal(0, 0.03, (5, 2)), -1, 1)
        self.t += 1
        lost = bool(np.linalg.norm(self.chaser - self.mates[self.holder]) < 0.1)
        return self._obs(), -1.0 if lost else 0.02, lost or self.t >= 500


@ray.remote
class RolloutWorker:
    def __init__(self, seed: int, fragment: int):
        torch.set_num_threads(1)
        self.env = KeepAway(seed)
        self.fragment = fragment
        self.net = FieldNet(KeepAway.obs_size, KeepAway.n_actions)
        self.obs = self.env.reset()
        self.carry: Carry = self.net.carry(1)
        self.ret, self.done_returns = 0.0, []

    def set_weights(self, weights: Dict[str, torch.Tensor]) -> None:
        self.net.load_state_dict(weights)

    def pop_returns(self) -> List[float]:
        out, self.done_returns = self.done_returns, []
        return out

    @torch.no_grad()
    def rollout(self) -> Dict[str, torch.Tensor]:
        start = self.carry
        cols: Dict[str, list] = {k: [] for k in ("obs", "act", "logp", "rew", "done")}
        for _ in range(self.fragment):
            x = torch.from_numpy(self.obs).unsqueeze(0)
            dist, _, self.carry = self.net(x, self.carry)
            act = dist.sample()
            self.obs, rew, done = self.env.step(act.item())
            self.ret += rew
            cols["obs"].append(x[0])
            cols["act"].append(act[0])
            cols["logp"].append(dist.log_prob(act)[0])
            cols["rew"].append(torch.tensor(rew))
            cols["done"].append(torch.tensor(float(done)))
            if done:
                self.done_returns.append(self.ret)
                self.ret = 0.0
                self.obs = self.env.reset()
                self.carry = self.net.carry(1)
        batch = {k: torch.stack(v) for k, v in cols.items()}
        batch["h0"] = start[0][0]
        batch["last_obs"] = torch.from_numpy(self.obs)
        return batch
