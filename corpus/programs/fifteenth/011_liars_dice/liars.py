"""Liar's dice, two cups. A sitting against one rival is many rounds and the reads on each other carry over."""
import copy
import random
from collections import deque

import torch
import torch.nn as nn

DICE, FACES = 5, 6
N_BIDS = 2 * DICE * FACES
CALL = N_BIDS
OBS = FACES + N_BIDS + 1


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(OBS, 128)
        self.pi = nn.Linear(128, N_BIDS + 1)

    def forward(self, x, h):
        y, h = self.rnn(x.view(1, 1, -1), h)
        return self.pi(y.view(-1)), h


def choose(net, hand, last, h, explore=True):
    x = torch.zeros(OBS)
    for d in hand:
        x[d] += 1
    x[FACES + (last if last is not None else N_BIDS)] = 1
    logits, h = net(x, h)
    mask = torch.full_like(logits, float("-inf"))
    if last is None:
        mask[:N_BIDS] = 0
    else:
        mask[last + 1:] = 0
    dist = torch.distributions.Categorical(logits=logits + mask)
    a = dist.sample() if explore else logits.add(mask).argmax()
    return a.item(), dist.log_prob(a), h


def holds(bid, cups):
    count, face = bid // FACES + 1, bid % FACES
    return sum(d == face for c in cups for d in c) >= count


class Sitting:
    def __init__(self, learner, swap_every=25):
        self.learner = learner
        self.rival = copy.deepcopy(learner).eval()
        self.pool = deque(maxlen=30)
        self.swap_every = swap_every
        self.mine = self.theirs = None
        self.rounds = 0

    def swap(self):
        if self.pool and random.random() < 0.8:
            self.rival.load_state_dict(random.choice(self.pool))
        else:
            self.rival.load_state_dict(self.learner.state_dict())
        self.mine = self.theirs = None

    def remember(self):
        self.pool.append(copy.deepcopy(self.learner.state_dict()))

    def round(self):
        self.rounds += 1
        if self.rounds % self.swap_every == 0:
            self.swap()
        cups = [[random.randrange(FACES) for _ in range(DICE)] for _ in range(2)]
        turn, last, logps = random.randrange(2), None, []
        while True:
            if turn == 0:
                a, lp, self.mine = choose(self.learner, cups[0], last, self.mine)
                logps.append(lp)
            else:
                with torch.no_grad():
                    a, _, self.theirs = choose(self.rival, cups[1], last, self.theirs)
            if a == CALL:
                caller_wins = not holds(last, cups)
                return (1.0 if caller_wins == (turn == 0) else -1.0), logps
            last, turn = a, 1 - turn


def train(n=20000, batch=16):
    net = Player()
    opt = torch.optim.RMSprop(net.parameters(), lr=3e-4)
    sitting = Sitting(net)
    wins = deque(maxlen=500)
    for i in range(n // batch):
        loss = 0.0
        for _ in range(batch):
            r, logps = sitting.round()
            wins.append(r > 0)
            if logps:
                loss = loss - r * torch.stack(logps).sum()
        opt.zero_grad()
        (loss / batch).backward()
        opt.step()
        if sitting.mine is not None:
            sitting.mine = sitting.mine.detach()
        if i % 40 == 0:
            sitting.remember()
            print(i * batch, sum(wins) / len(wins))
    torch.save(net.state_dict(), "liar.pt")


if __name__ == "__main__":
    train()
