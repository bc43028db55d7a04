import math

import torch

from zero_net import apply, moves


class Node:
    __slots__ = ("heaps", "last", "ctx", "P", "N", "Q", "kids", "value")

    def __init__(self, net, heaps, last, ctx):
        self.heaps, self.last = heaps, last
        with torch.no_grad():
            logits, v, self.ctx = net(last, heaps, ctx)
        legal = moves(heaps)
        if legal:
            p = logits[legal].softmax(-1).tolist()
            self.value = v.item()
        else:
            p, self.value = [], -1.0
        self.P = dict(zip(legal, p))
        self.N = dict.fromkeys(legal, 0)
        self.Q = dict.fromkeys(legal, 0.0)
        self.kids = {}


def simulate(net, node):
    if not node.P:
        return node.value
    total = math.sqrt(1 + sum(node.N.values()))
    m = max(node.P, key=lambda k: node.Q[k] + 1.5 * node.P[k] * total / (1 + node.N[k]))
    if m in node.kids:
        v = -simulate(net, node.kids[m])
    else:
        node.kids[m] = Node(net, apply(node.heaps, m), m, node.ctx)
        v = -node.kids[m].value
    node.N[m] += 1
    node.Q[m] += (v - node.Q[m]) / node.N[m]
    return v


class Seat:
    def __init__(self, net, sims=40):
        self.net, self.sims = net, sims
        self.ctx = net.start()

    def note(self, heaps, last):
        """Read the position after a move of either side."""
        self.root = Node(self.net, heaps, last, self.ctx)
        self.ctx = self.root.ctx

    def visits(self):
        for _ in range(self.sims):
            simulate(self.net, self.root)
        return self.root.N
