import copy
import random

import torch
from torch import nn
from torch.distributions import Categorical

from bluff import Bluff


class CardNet(nn.Module):
    def __init__(self, n=16, h=64):
        super().__init__()
        self.h = h
        self.emb = nn.Linear(n, h)
        self.mem = nn.GRUCell(h, h)
        self.pi = nn.Linear(h, 3)
        self.v = nn.Linear(h, 1)

    def forward(self, x, m):
        m = self.mem(torch.relu(self.emb(x)), m)
        return Categorical(logits=self.pi(m)), self.v(m).view(-1), m


class VsPool:
    """Single-player view of Bluff. The seat across the table is played by one of the stored nets."""

    def __init__(self, capacity=25):
        self.game = Bluff()
        self.rival = CardNet()
        self.pool = [copy.deepcopy(self.rival.state_dict())]
        self.capacity = capacity
        self.seat = 0

    def remember(self, net):
        self.pool.append({k: v.clone() for k, v in net.state_dict().items()})
        if len(self.pool) > self.capacity:
            self.pool.pop(random.randrange(len(self.pool) - 1))

    def reset(self):
        self.rival.load_state_dict(random.choice(self.pool))
        self.rival_mem = torch.zeros(1, self.rival.h)
        self.seat = 1 - self.seat
        self.game.deal()
        self._rival_moves()
        return self._obs()

    def _obs(self):
        return torch.tensor([self.game.features(self.seat)])

    @torch.no_grad()
    def _rival_moves(self):
        if self.game.winner is None and self.game.to_move != self.seat:
            x = torch.tensor([self.game.features(1 - self.seat)])
            pi, _, self.rival_mem = self.rival(x, self.rival_mem)
            self.game.play(int(pi.sample()))

    def step(self, move):
        self.game.play(move)
        self._rival_moves()
        over = self.game.winner is not None
        return self._obs(), self.game.payoff(self.seat) if over else 0.0, over


def main(hands=500_000, batch=32, add_every=5000):
    env = VsPool()
    net = CardNet()
    opt = torch.optim.Adam(net.parameters(), lr=7e-4)
    loss, won = 0.0, 0.0
    for hand in range(1, hands + 1):
        x, over = env.reset(), False
        mem = torch.zeros(1, net.h)
        terms = []
        while not over:
            pi, v, mem = net(x, mem)
            a = pi.sample()
            x, r, over = env.step(int(a))
            terms.append((pi.log_prob(a), v, pi.entropy()))
        for lp, v, ent in terms:
            adv = r - v
            loss = loss + (-lp * adv.detach() + 0.5 * adv ** 2 - 0.02 * ent).sum()
        won += r
        if hand % batch == 0:
            opt.zero_grad()
            (loss / batch).backward()
            opt.step()
            loss = 0.0
        if hand % add_every == 0:
            env.remember(net)
            print(f"{hand}: {won / add_every:+.3f} per hand, pool {len(env.pool)}")
            won = 0.0


if __name__ == "__main__":
    main()
