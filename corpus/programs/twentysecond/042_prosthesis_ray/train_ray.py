import argparse
from typing import Dict

import numpy as np
import ray
import torch

from prosthesis import EMGWindowPolicy, FrameStack, ProsthesisSim


@ray.remote(num_cpus=1)
class RolloutWorker:
    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.sim = ProsthesisSim(seed)
        self.policy = EMGWindowPolicy()
        self.stack = FrameStack(self.policy.window)
        self.x = self.stack.restart(self.sim.reset())

    def sample(self, weights: Dict[str, np.ndarray], n: int) -> Dict[str, torch.Tensor]:
        self.policy.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
        cols = {k: [] for k in ("x", "a", "logp", "v", "r", "done")}
        with torch.no_grad():
            for _ in range(n):
                dist, v = self.policy(self.x.unsqueeze(0))
                a = dist.sample()
                frame, r, done = self.sim.step(a[0].numpy())
                for key, val in zip(cols, (self.x, a[0], dist.log_prob(a).sum(), v[0], r, float(done))):
                    cols[key].append(torch.as_tensor(val, dtype=torch.float32))
                self.x = self.stack.restart(self.sim.reset()) if done else self.stack.push(frame)
            _, boot = self.policy(self.x.unsqueeze(0))
        out = {k: torch.stack(c) for k, c in cols.items()}
        out["adv"] = gae(out, boot[0])
        return out


def gae(b: Dict[str, torch.Tensor], boot: torch.Tensor, gamma: float = 0.97, lam: float = 0.95) -> torch.Tensor:
    adv, run, nxt = torch.zeros_like(b["r"]), 0.0, boot
    for t in reversed(range(len(b["r"]))):
        live = 1 - b["done"][t]
        run = b["r"][t] + gamma * nxt * live - b["v"][t] + gamma * lam * live * run
        adv[t] = run
        nxt = b["v"][t]
    return adv


def ppo(policy: EMGWindowPolicy, opt: torch.optim.Optimizer, batch: Dict[str, torch.Tensor], epochs: int) -> float:
    ret = batch["adv"] + batch["v"]
    adv = (batch["adv"] - batch["adv"].mean()) / (batch["adv"].std() + 1e-6)
    last = 0.0
    for _ in range(epochs):
        for idx in torch.randperm(len(ret)).split(512):
            dist, v = policy(batch["x"][idx])
            ratio = (dist.log_prob(batch["a"][idx]).sum(-1) - batch["logp"][idx]).exp()
            clipped = ratio.clamp(0.8, 1.2) * adv[idx]
            loss = -torch.min(ratio * adv[idx], clipped).mean() + 0.5 * (v - ret[idx]).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
            last = loss.item()
    return last


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=8)
    ap.add_argument("--fragment", type=int, default=100)
    ap.add_argument("--iters", type=int, default=1500)
    args = ap.parse_args()
    ray.init()
    policy = EMGWindowPolicy()
    opt = torch.optim.Adam(policy.parameters(), lr=3e-4)
    workers = [RolloutWorker.remote(i) for i in range(args.workers)]
    for it in range(args.iters):
        ref = ray.put({k: v.numpy().copy() for k, v in policy.state_dict().items()})
        parts = ray.get([w.sample.remote(ref, args.fragment) for w in workers])
        batch = {k: torch.cat([p[k] for p in parts]) for k in parts[0]}
        loss = ppo(policy, opt, batch, epochs=4)
        if it % 20 == 0:
            print(f"{it} err {-batch['r'].mean().item():.3f} loss {loss:.3f}")
            torch.save(policy.state_dict(), "prosthesis.pt")


if __name__ == "__main__":
    main()
