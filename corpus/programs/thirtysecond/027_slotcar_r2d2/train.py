import copy
import random
import threading
import time
from collections import deque

import torch
import torch.nn.functional as F

from actor import Actor, N_ACT
from nets import ParameterServer, RecurrentDuel

BURN, GAMMA, BATCH = 5, 0.99, 32


class Replay:
    def __init__(self, cap=20000):
        self.items, self.lock = deque(maxlen=cap), threading.Lock()

    def add(self, start, seq):
        with self.lock:
            self.items.append((start, seq))

    def sample(self, n):
        with self.lock:
            picks = random.sample(self.items, n)
        carry = tuple(torch.cat([s[k] for s, _ in picks], 1) for k in range(2))
        cols = [torch.tensor([[step[c] for step in seq] for _, seq in picks]) for c in range(5)]
        return carry, cols


def update(net, target, opt, replay):
    carry, (x, act, rew, done, nx) = replay.sample(BATCH)
    with torch.no_grad():
        _, warm = net(x[:, :BURN], carry)
        _, warm_t = target(x[:, :BURN + 1], carry)
    q, _ = net(x[:, BURN:], warm)
    q = q.gather(-1, act[:, BURN:].unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        tq, _ = target(nx[:, BURN:], warm_t)
        y = rew[:, BURN:] + GAMMA * (1 - done[:, BURN:]) * tq.max(-1).values
    loss = F.smooth_l1_loss(q, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


if __name__ == "__main__":
    net = RecurrentDuel(2, N_ACT)
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-4)
    server, replay, stop = ParameterServer(), Replay(), threading.Event()
    server.publish(net)
    crew = [Actor(i, server, replay, stop) for i in range(4)]
    for c in crew:
        c.start()
    while len(replay.items) < 500:
        time.sleep(0.2)
    for k in range(100000):
        loss = update(net, target, opt, replay)
        if k % 10 == 0:
            server.publish(net)
        if k % 500 == 0:
            target.load_state_dict(net.state_dict())
            print(k, loss, server.version)
    stop.set()
    for c in crew:
        c.join()
    torch.save(net.state_dict(), "slotcar.pt")
