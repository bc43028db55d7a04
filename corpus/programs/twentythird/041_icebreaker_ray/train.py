import collections
import random

import numpy as np
import ray
import torch
import torch.nn.functional as F

from escort import Escort
from nets import DuelingLSTM

SEQ, BURN, GAMMA = 40, 10, 0.997
PULL_EVERY = 200
NUM_ACTORS = 12


@ray.remote
class Replay:
    def __init__(self, size):
        self.data = collections.deque(maxlen=size)

    def add(self, seqs):
        self.data.extend(seqs)

    def size(self):
        return len(self.data)

    def sample(self, n):
        picked = random.sample(self.data, n)
        return [np.stack(z) for z in zip(*picked)]


@ray.remote
class Params:
    def __init__(self, weights):
        self.weights = weights

    def put(self, weights):
        self.weights = weights

    def get(self):
        return self.weights


@ray.remote(num_cpus=1)
class Actor:
    def __init__(self, idx, params, replay):
        torch.set_num_threads(1)
        self.params, self.replay = params, replay
        self.eps = 0.4 ** (1 + 7 * idx / (NUM_ACTORS - 1))
        self.env = Escort(idx)
        self.net = DuelingLSTM(Escort.obs_dim, Escort.n_act)
        self.net.load_state_dict(ray.get(params.get.remote()))
        self.state = self.net.zero()

    def run(self):
        obs = self.env.reset()
        steps, seq = 0, []
        while True:
            with torch.no_grad():
                q, self.state = self.net(torch.from_numpy(obs).view(1, 1, -1), self.state)
            a = random.randrange(Escort.n_act) if random.random() < self.eps else int(q.argmax())
            nxt, r, done = self.env.step(a)
            seq.append((obs, a, r, done))
            obs = nxt
            steps += 1
            if done:
                seq += [(nxt, 0, 0.0, True)] * (SEQ - len(seq))
            if len(seq) == SEQ:
                o, acts, rews, dones = (np.array(z) for z in zip(*seq))
                self.replay.add.remote([(o, acts, rews.astype(np.float32), dones.astype(np.float32))])
                seq = seq[SEQ // 2:]
            if done:
                obs = self.env.reset()
                self.state = self.net.zero()
                seq = []
            if steps % PULL_EVERY == 0:
                self.net.load_state_dict(ray.get(self.params.get.remote()))


def learn(params, replay, iters=200_000, batch=64):
    net = DuelingLSTM(Escort.obs_dim, Escort.n_act)
    net.load_state_dict(ray.get(params.get.remote()))
    target = DuelingLSTM(Escort.obs_dim, Escort.n_act)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    while ray.get(replay.size.remote()) < 2000:
        pass
    for it in range(iters):
        o, a, r, d = (torch.as_tensor(z) for z in ray.get(replay.sample.remote(batch)))
        q, _ = net(o, net.zero(batch))
        with torch.no_grad():
            tq, _ = target(o, target.zero(batch))
            best = q.argmax(-1, keepdim=True)
            y = r[:, :-1] + GAMMA * (1 - d[:, :-1]) * tq.gather(-1, best).squeeze(-1)[:, 1:]
        qa = q.gather(-1, a.unsqueeze(-1)).squeeze(-1)[:, :-1]
        loss = F.smooth_l1_loss(qa[:, BURN:], y[:, BURN:])
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40)
        opt.step()
        if it % 20 == 0:
            params.put.remote({k: v.cpu().clone() for k, v in net.state_dict().items()})
        if it % 2500 == 0:
            target.load_state_dict(net.state_dict())
            print(it, loss.item())


if __name__ == "__main__":
    ray.init()
    first = DuelingLSTM(Escort.obs_dim, Escort.n_act)
    params = Params.remote({k: v.clone() for k, v in first.state_dict().items()})
    replay = Replay.remote(50_000)
    actors = [Actor.remote(i, params, replay) for i in range(NUM_ACTORS)]
    for a in actors:
        a.run.remote()
    learn(params, replay)
