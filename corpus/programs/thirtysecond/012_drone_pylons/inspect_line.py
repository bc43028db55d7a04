import copy
import multiprocessing
import random

import torch
import torch.nn as nn

from pylons import PylonLine


class Steering(nn.Module):
    def __init__(self, width=16):
        super(Steering, self).__init__()
        self.width = width
        self.rnn = nn.LSTMCell(2, width)
        self.head = nn.Linear(width, 1)

    def forward(self, seen, pair):
        pair = self.rnn(seen, pair)
        return torch.tanh(self.head(pair[0])), pair


def pilot(net):
    """Send a reading, get a thrust."""
    pair = (torch.zeros(1, net.width), torch.zeros(1, net.width))
    seen = yield
    while True:
        thrust, pair = net(torch.tensor([seen]), pair)
        seen = yield float(thrust)


def take_seat(net):
    hands = pilot(net)
    next(hands)
    return hands


@torch.no_grad()
def drone(conn, seed):
    torch.set_num_threads(1)
    net = Steering()
    tag = -1
    line = PylonLine(seed)
    seen = line.reset()
    hands = take_seat(net)
    score = steps = 0
    while True:
        if conn.poll(None if tag < 0 else 0):
            msg = conn.recv()
            if msg is None:
                conn.close()
                return
            tag, weights = msg
            net.load_state_dict(weights)
            hands = take_seat(net)
            score = steps = 0
        seen, r, crashed_or_home = line.step(hands.send(seen))
        score += r
        steps += 1
        if crashed_or_home:
            seen = line.reset()
            hands = take_seat(net)
            score -= 5
        if steps == 400:
            conn.send((tag, score))


def mutate(weights, size):
    return {k: v + size * torch.randn_like(v) for k, v in weights.items()}


def main():
    n = 6
    pipes, procs = [], []
    for i in range(n):
        here, there = multiprocessing.Pipe()
        p = multiprocessing.Process(target=drone, args=(there, i))
        p.start()
        pipes.append(here)
        procs.append(p)

    best, best_score = copy.deepcopy(Steering().state_dict()), float("-inf")
    for round_ in range(200):
        tries = [mutate(best, 0.1 * random.random()) for _ in range(n)]
        for i, (c, w) in enumerate(zip(pipes, tries)):
            c.send((round_ * n + i, w))
        for i, c in enumerate(pipes):
            tag, s = c.recv()
            if s > best_score:
                best, best_score = tries[i], s
        print("%d %.1f" % (round_, best_score))
    for c in pipes:
        c.send(None)
    for p in procs:
        p.join()
    torch.save(best, "steering.pt")


if __name__ == "__main__":
    main()
