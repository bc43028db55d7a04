import io
import random
import sqlite3
from typing import List, Optional, Tuple

import torch
from torch import Tensor, nn

from sea import N


class GunnerNet(nn.Module):
    def __init__(self, width: int = 128) -> None:
        super().__init__()
        self.rnn = nn.LSTM(N * N + 3, width)
        self.aim = nn.Linear(width, N * N)


class Gunner:
    """One gunner in one duel."""

    def __init__(self, net: GunnerNet, keep: bool = False) -> None:
        self.net = net
        self.keep = keep
        self.chart: Optional[Tuple[Tensor, Tensor]] = None
        self.logps: List[Tensor] = []

    def shoot(self, cell: Optional[int], answer: int) -> int:
        x = torch.zeros(1, 1, N * N + 3)
        if cell is not None:
            x[0, 0, cell] = 1.0
            x[0, 0, N * N + answer] = 1.0
        with torch.set_grad_enabled(self.keep):
            y, self.chart = self.net.rnn(x, self.chart)
            dist = torch.distributions.Categorical(logits=self.net.aim(y[0, 0]))
            shot = dist.sample()
            if self.keep:
                self.logps.append(dist.log_prob(shot))
        return int(shot)


class Ladder:
    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists gunner (id integer primary key, made integer, elo real, net blob)")

    def add(self, net: nn.Module, made: int, elo: float) -> int:
        buf = io.BytesIO()
        torch.save(net.state_dict(), buf)
        cur = self.db.execute("insert into gunner (made, elo, net) values (?, ?, ?)", (made, elo, buf.getvalue()))
        self.db.commit()
        return cur.lastrowid

    def near(self, elo: float) -> Tuple[int, float, bytes]:
        rows = self.db.execute("select id, elo, net from gunner order by abs(elo - ?) limit 6", (elo,)).fetchall()
        return random.choice(rows)

    def rate(self, ident: int, elo: float) -> None:
        self.db.execute("update gunner set elo = ? where id = ?", (elo, ident))
        self.db.commit()


def into(net: nn.Module, blob: bytes) -> nn.Module:
    net.load_state_dict(torch.load(io.BytesIO(blob), map_location="cpu"))
    return net
