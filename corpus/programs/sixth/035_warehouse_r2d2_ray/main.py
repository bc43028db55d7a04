import copy
import random
from collections import deque

import ray
import torch
import torch.nn.functional as F

from actors import Board, Chunk, Picker
from depot import Depot
from nets import RecurrentQ

BURN = 20


@ray.remote
class Replay:
    def __init__(self, cap=20_000):
        self.mem = deque(maxlen=cap)

    def add(self, c):
        if len(c.a) > BURN + 2:
            self.mem.append(c)

    def sample(self, n):
        return random.sample(self.mem, n) if len(self.mem) > 10 * n else None


def td_loss(net, target, c: Chunk, gamma=0.997):
    x = torch.from_numpy(c.x)[None]
    with torch.no_grad():
        _, hc = net(x[:, :BURN], (c.h0, c.c0))
        _, thc = target(x[:, :BURN], (c.h0, c.c0))
        tq, _ = target(x[:, BURN:], thc)
    q, _ = net(x[:, BURN:], hc)
    a = torch.from_numpy(c.a)[BURN:]
    r = torch.from_numpy(c.r)[BURN:]
    d = torch.from_numpy(c.d)[BURN:].float()
    best = q[0, 1:].argmax(-1, keepdim=True)
    y = r[:-1] + gamma * (1 - d[:-1]) * tq[0, 1:].gather(-1, best).squeeze(-1)
    return F.smooth_l1_loss(q[0, :-1].gather(-1, a[:-1, None]).squeeze(-1), y.detach())


def main(n_actors=8, updates=100_000):
    ray.init()
    board, replay = Board.remote(), Replay.remote()
    net = RecurrentQ(Depot.N_OBS, Depot.N_ACT)
    target = copy.deepcopy(net)
    board.pin.remote(copy.deepcopy(net.state_dict()))
    crew = [Picker.remote(i, n_actors, board, replay) for i in range(n_actors)]
    jobs = [p.run.remote(10_000_000) for p in crew]
    opt = torch.optim.Adam(net.parameters(), 1e-4)
    done = 0
    while done < updates:
        batch = ray.get(replay.sample.remote(32))
        if batch is None:
            continue
        loss = torch.stack([td_loss(net, target, c) for c in batch]).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        done += 1
        if done % 50 == 0:
            board.pin.remote(copy.deepcopy(net.state_dict()))
        if done % 2500 == 0:
            target = copy.deepcopy(net)
    for j in jobs:
        ray.cancel(j, force=True)


if __name__ == "__main__":
    main()
