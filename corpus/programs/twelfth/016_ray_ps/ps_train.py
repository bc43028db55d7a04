import argparse
import time

import gymnasium as gym
import numpy as np
import ray
import torch
from torch import nn, optim


class CarModel(nn.Module):
    """GRU policy for MountainCar with only the position visible."""

    def __init__(self, hidden=64, n_actions=3):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.pi(y), self.v(y).squeeze(-1), h

    def get_weights(self):
        return {k: v.cpu().clone() for k, v in self.state_dict().items()}

    def set_weights(self, weights):
        self.load_state_dict(weights)

    def get_gradients(self):
        return [p.grad.cpu().numpy() for p in self.parameters()]

    def set_gradients(self, grads):
        for p, g in zip(self.parameters(), grads):
            p.grad = torch.from_numpy(np.array(g))


@ray.remote
class ParameterServer:
    def __init__(self, lr):
        self.model = CarModel()
        self.opt = optim.Adam(self.model.parameters(), lr=lr)
        self.updates = 0

    def apply_gradients(self, grads):
        self.opt.zero_grad()
        self.model.set_gradients(grads)
        self.opt.step()
        self.updates += 1
        return self.updates

    def get_weights(self):
        return self.model.get_weights()


@ray.remote
class SimWorker:
    def __init__(self, server, seed, gamma):
        torch.manual_seed(seed)
        self.server = server
        self.gamma = gamma
        self.env = gym.make("MountainCar-v0", max_episode_steps=500)
        self.env.reset(seed=seed)
        self.model = CarModel()

    @staticmethod
    def _x(obs):
        return torch.tensor([[[obs[0]]]], dtype=torch.float32)

    def run_episode(self):
        self.model.set_weights(ray.get(self.server.get_weights.remote()))
        obs, _ = self.env.reset()
        h = None
        xs, acts, rews = [], [], []
        done, peak = False, -1.2
        while not done:
            with torch.no_grad():
                logits, _, h = self.model(self._x(obs), h)
            a = torch.distributions.Categorical(logits=logits[0, 0]).sample().item()
            xs.append(obs[0])
            acts.append(a)
            obs, r, terminated, truncated, _ = self.env.step(a)
            bonus = max(0.0, float(obs[0]) - peak)
            peak = max(peak, float(obs[0]))
            rews.append(0.01 * r + bonus)
            done = terminated or truncated
        return xs, acts, rews

    def sample_and_push(self):
        xs, acts, rews = self.run_episode()
        rets, g = [], 0.0
        for r in reversed(rews):
            g = r + self.gamma * g
            rets.append(g)
        rets = torch.tensor(rets[::-1])

        seq = torch.tensor(np.array(xs), dtype=torch.float32).view(1, -1, 1)
        logits, values, _ = self.model(seq)
        dist = torch.distributions.Categorical(logits=logits[0])
        adv = rets - values[0]
        loss = (-(dist.log_prob(torch.tensor(acts)) * adv.detach()).mean()
                + 0.5 * adv.pow(2).mean() - 0.01 * dist.entropy().mean())
        self.model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        ray.get(self.server.apply_gradients.remote(self.model.get_gradients()))
        return len(xs), float(sum(rews))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=6)
    ap.add_argument("--episodes", type=int, default=3000)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()

    ray.init(ignore_reinit_error=True)
    server = ParameterServer.remote(args.lr)
    workers = [SimWorker.remote(server, i, args.gamma) for i in range(args.workers)]
    jobs = {w.sample_and_push.remote(): w for w in workers}
    lengths, t0 = [], time.time()
    while len(lengths) < args.episodes:
        (ready,), _ = ray.wait(list(jobs))
        worker = jobs.pop(ready)
        length, _ = ray.get(ready)
        lengths.append(length)
        jobs[worker.sample_and_push.remote()] = worker
        if len(lengths) % 100 == 0:
            print(f"{len(lengths)} episodes, mean length {np.mean(lengths[-100:]):.0f}, {time.time() - t0:.0f} s")
    torch.save(ray.get(server.get_weights.remote()), "mountaincar_gru.pt")


if __name__ == "__main__":
    main()
