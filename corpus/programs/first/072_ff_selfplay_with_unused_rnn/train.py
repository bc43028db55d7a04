import copy
import random

import torch
import torch.nn.functional as F

from othello.board import Board  # cython
from othello.models import ResNet
from othello.player import NetPlayer


def game(a, b):
    board, hist, players = Board(), [], (a, b)
    while not board.over():
        m = players[board.turn].choose(board)
        hist.append((board.planes(), m, board.turn))
        for p in players:
            p.observe(m)
        board.play(m)
        # rarely change the opponent inside a game, gives more diverse positions
        if random.random() < 0.01:
            b.set_weights(random.choice(POOL))
    z = board.result()
    return [(x, m, z if t == 0 else -z) for x, m, t in hist]


if __name__ == "__main__":
    net = ResNet()
    opt = torch.optim.SGD(net.parameters(), 0.02, momentum=0.9, weight_decay=1e-4)
    POOL = [copy.deepcopy(net.state_dict())]
    me, foe = NetPlayer(), NetPlayer(temp=1.3)
    data = []
    for it in range(10_000):
        me.set_weights(net.state_dict())
        foe.set_weights(random.choice(POOL))
        data = (data + game(me, foe))[-50_000:]
        x, m, z = zip(*random.sample(data, min(256, len(data))))
        p, v = net(torch.stack(x))
        loss = F.cross_entropy(p, torch.tensor(m)) + F.mse_loss(v[:, 0], torch.tensor(z, dtype=torch.float32))
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % 200 == 0:
            POOL.append(copy.deepcopy(net.state_dict()))
            print(it, loss.item())
