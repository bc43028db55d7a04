from dataclasses import dataclass

import numpy as np
import ray
import torch
import torch.nn.functional as F

from lagoon import Lagoon
from recurrent_q import RecurrentQ


@dataclass
class Conf:
    workers: int = 4
    batch: int = 16
    updates: int = 20000
    gamma: float = 0.97
    lr: float = 5e-4
    tau: float = 0.01
    pull_every: int = 50
    capacity: int = 2000


@ray.remote
class Weights:
    def __init__(self, weights):
        self.weights, self.version = weights, 0

    def publish(self, weights):
        self.weights = weights
        self.version += 1

    def newer(self, version):
        return (self.version, self.weights) if self.version > version else (version, None)


@ray.remote
class Episodes:
    def __init__(self, capacity):
        self.data, self.capacity = [], capacity

    def add(self, ep):
        self.data.append(ep)
        del self.data[:-self.capacity]

    def sample(self, n):
        if len(self.data) < n:
            return None
        pick = np.random.choice(len(self.data), n, replace=False)
        return [self.data[i] for i in pick]


@ray.remote
class Worker:
    def __init__(self, seed, eps, weights, episodes, conf):
        torch.set_num_threads(1)
        self.env = Lagoon(seed)
        self.rng = np.random.default_rng(seed)
        self.eps, self.conf = eps, conf
        self.server, self.episodes = weights, episodes
        self.net = RecurrentQ()
        self.version = -1
        self.hidden = self.net.init_hidden()

    def pull(self):
        self.version, weights = ray.get(self.server.newer.remote(self.version))
        if weights is not None:
            self.net.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
            self.hidden = self.net.init_hidden()

    @torch.no_grad()
    def episode(self):
        obs, done, log = self.env.reset(), False, []
        self.hidden = self.net.init_hidden()
        while not done:
            if len(log) % self.conf.pull_every == 0:
                self.pull()
            q, self.hidden = self.net(torch.from_numpy(obs).view(1, 1, -1), self.hidden)
            a = int(self.rng.integers(2)) if self.rng.random() < self.eps else int(q.argmax())
            nxt, r, done = self.env.step(a)
            log.append((obs, a, r, done))
            obs = nxt
        o, a, r, d = zip(*log)
        self.episodes.add.remote((np.stack(o), np.array(a), np.array(r, np.float32),
                                  np.array(d, np.float32)))
        return sum(r)

    def work(self):
        while True:
            self.episode()


def numpy_weights(net):
    return {k: v.numpy().copy() for k, v in net.state_dict().items()}


def learn(conf):
    net, target = RecurrentQ(), RecurrentQ()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=conf.lr)
    server = Weights.remote(numpy_weights(net))
    episodes = Episodes.remote(conf.capacity)
    workers = [Worker.remote(i, 0.05 + 0.1 * i, server, episodes, conf) for i in range(conf.workers)]
    for w in workers:
        w.work.remote()

    n = 0
    while n < conf.updates:
        batch = ray.get(episodes.sample.remote(conf.batch))
        if batch is None:
            continue
        obs, act, rew, done = (torch.from_numpy(np.stack(x, axis=1)) for x in zip(*batch))
        h0 = net.init_hidden(conf.batch)
        q, _ = net(obs, h0)
        q = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            tq, _ = target(obs, h0)
            nxt = torch.cat([tq.max(-1).values[1:], torch.zeros(1, conf.batch)])
        loss = F.mse_loss(q, rew + conf.gamma * (1 - done) * nxt)
        opt.zero_grad()
        loss.backward()
        opt.step()
        with torch.no_grad():
            for p, tp in zip(net.parameters(), target.parameters()):
                tp.lerp_(p, conf.tau)
        n += 1
        if n % 25 == 0:
            server.publish.remote(numpy_weights(net))
        if n % 1000 == 0:
            print(n, f"loss {loss.item():.4f}")


if __name__ == "__main__":
    ray.init()
    learn(Conf())
