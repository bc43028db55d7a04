"""REINFORCE self-play for a toy "atomic" chess variant on 5x5 with an opponent pool."""
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from variant import MiniAtomic


class Mover(nn.Module):
    def __init__(self, n_in=52, n_moves=100, hid=128):
        super().__init__()
        self.hid = hid
        self.l1 = nn.Linear(n_in, hid)
        self.rec = nn.GRUCell(hid, hid)
        self.out = nn.Linear(hid, n_moves)

    def forward(self, x, h):
        h = self.rec(torch.relu(self.l1(x)), h)
        return self.out(h), h


def choose(net, game, h):
    logits, h = net(torch.tensor(game.encode())[None], h)
    mask = torch.full_like(logits, -1e9)
    mask[0, game.legal()] = 0
    return Categorical(logits=logits + mask), h


def play(learner, opponent, learner_side):
    game = MiniAtomic()
    h_me = torch.zeros(1, learner.hid)
    h_opp = torch.zeros(1, opponent.hid)
    logps = []
    while not game.over():
        if game.turn == learner_side:
            dist, h_me = choose(learner, game, h_me)
            move = dist.sample()
            logps.append(dist.log_prob(move))
        else:
            with torch.no_grad():
                dist, h_opp = choose(opponent, game, h_opp)
            move = dist.sample()
        game.push(move.item())
    return game.result(learner_side), logps


def train(iterations=5000, batch=16, snapshot_every=50, pool_size=40):
    learner = Mover()
    opponent = Mover().eval()
    opt = torch.optim.RMSprop(learner.parameters(), lr=3e-4)
    pool = []
    baseline = 0.0
    for it in range(iterations):
        losses, score = [], 0.0
        for g in range(batch):
            if pool:
                opponent.load_state_dict(random.choice(pool))
            z, logps = play(learner, opponent, learner_side=g % 2)
            score += z / batch
            if logps:
                losses.append(-(z - baseline) * torch.stack(logps).sum())
        baseline = 0.95 * baseline + 0.05 * score
        opt.zero_grad()
        (sum(losses) / batch).backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        opt.step()

        if (it + 1) % snapshot_every == 0:
            pool.append(learner.state_dict())
            pool = pool[-pool_size:]
            print(f"{it + 1}: score {score:+.2f} pool {len(pool)}")
    torch.save(learner.state_dict(), "mover.pt")


if __name__ == "__main__":
    train()
