import queue

import numpy as np
import torch

from model import DockNet


class DockEnv:
    """A barge has to stop at the quay; the current is only felt through drift."""

    def __init__(self, seed):
        self.rs = np.random.RandomState(seed)

    def reset(self):
        self.x, self.v, self.t = self.rs.uniform(2, 5), 0.0, 0
        self.current = self.rs.uniform(-0.05, 0.05)
        return np.array([self.x], dtype=np.float32)

    def step(self, a):
        self.v += 0.05 * (a - 1)
        self.x += self.v + self.current
        self.t += 1
        docked = abs(self.x) < 0.1 and abs(self.v) < 0.1
        rew = 10.0 if docked else -0.02 * abs(self.x)
        return np.array([self.x], dtype=np.float32), rew, docked or abs(self.x) > 8 or self.t >= 300


def newest(param_queue):
    got = None
    while True:
        try:
            got = param_queue.get_nowait()
        except queue.Empty:
            return got


def actor_loop(rank, param_queue, traj_queue, unroll):
    torch.set_num_threads(1)
    net = DockNet(1, 3)
    net.load_state_dict({k: torch.from_numpy(v) for k, v in param_queue.get().items()})
    env = DockEnv(seed=1000 + rank)
    obs, first = env.reset(), True
    core_state = net.initial_state(1)
    while True:
        params = newest(param_queue)
        if params is not None:
            net.load_state_dict({k: torch.from_numpy(v) for k, v in params.items()})
        traj = {"obs": [], "keep": [], "act": [], "mu": [], "rew": [], "done": []}
        traj["core"] = [s.numpy().copy() for s in core_state]
        for _ in range(unroll):
            keep = 0.0 if first else 1.0
            with torch.no_grad():
                lg, _, core_state = net(
                    torch.from_numpy(obs).view(1, 1, -1), torch.tensor([[keep]]), core_state
                )
            logp = lg[0, 0].log_softmax(-1)
            a = int(torch.multinomial(logp.exp(), 1))
            traj["obs"].append(obs)
            traj["keep"].append(keep)
            obs, rew, first = env.step(a)
            traj["act"].append(a)
            traj["mu"].append(float(logp[a]))
            traj["rew"].append(rew)
            traj["done"].append(float(first))
            if first:
                obs = env.reset()
        traj["obs"].append(obs)
        traj["keep"].append(0.0 if first else 1.0)
        traj_queue.put(traj)
