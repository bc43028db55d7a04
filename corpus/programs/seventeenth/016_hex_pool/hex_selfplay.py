import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

SIZE = 7


class HexGame:
    def __init__(self):
        self.board = np.zeros((SIZE, SIZE), np.int8)
        self.to_move = 1

    def legal(self):
        return torch.from_numpy((self.board == 0).ravel())

    def planes(self, me):
        return torch.from_numpy(np.stack([self.board == me, self.board == -me]).astype(np.float32)).view(1, -1)

    def play(self, cell):
        me = self.to_move
        self.board[divmod(cell, SIZE)] = me
        self.to_move = -me
        return me if self._connected(me) else 0

    def _connected(self, me):
        b = self.board if me == 1 else self.board.T
        todo = deque((0, c) for c in range(SIZE) if b[0, c] == me)
        seen = set(todo)
        while todo:
            r, c = todo.popleft()
            if r == SIZE - 1:
                return True
            for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, -1), (-1, 1)):
                n = (r + dr, c + dc)
                if 0 <= n[0] < SIZE and 0 <= n[1] < SIZE and n not in seen and b[n] == me:
                    seen.add(n)
                    todo.append(n)
        return False


class HexNet(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(2 * SIZE * SIZE, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, SIZE * SIZE)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h, legal):
        h = self.rnn(self.enc(x), h)
        logits = self.pi(h).masked_fill(~legal, float("-inf"))
        return Categorical(logits=logits), torch.tanh(self.v(h)).squeeze(-1), h


class SelfPlay:
    def __init__(self, pool_size=20):
        self.net = HexNet()
        self.rival = HexNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=5e-4)
        self.pool = deque(maxlen=pool_size)
        self.results = deque(maxlen=200)

    def add_to_pool(self):
        self.pool.append(self.net.state_dict())

    def game(self):
        self.rival.load_state_dict(random.choice(self.pool))
        h_me = torch.zeros(1, self.net.hidden)
        h_rival = torch.zeros(1, self.rival.hidden)
        game, mine, winner = HexGame(), random.choice((1, -1)), 0
        logps, values = [], []
        while winner == 0:
            side, legal = game.to_move, game.legal()
            if side == mine:
                dist, v, h_me = self.net(game.planes(side), h_me, legal)
                a = dist.sample()
                logps.append(dist.log_prob(a))
                values.append(v)
            else:
                with torch.no_grad():
                    dist, _, h_rival = self.rival(game.planes(side), h_rival, legal)
                a = dist.sample()
            winner = game.play(a.item())
        z = 1.0 if winner == mine else -1.0
        self.results.append(z > 0)
        logps, values = torch.cat(logps), torch.cat(values)
        return -(logps * (z - values.detach())).sum() + (z - values).pow(2).sum()

    def run(self, iterations, games_per_iter=16, pool_every=50):
        self.add_to_pool()
        for it in range(1, iterations + 1):
            loss = sum(self.game() for _ in range(games_per_iter)) / games_per_iter
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            if it % pool_every == 0:
                self.add_to_pool()
                print(f"iter {it}: loss {loss.item():.3f}, wins {np.mean(self.results):.2f}, pool {len(self.pool)}")
                torch.save(self.net.state_dict(), "hex.pt")


if __name__ == "__main__":
    SelfPlay().run(5000)
