"""Self-play league for "Toll", a two player push-your-luck card game.

On your turn you either draw (cards 0..6, a 0 burns what you hold this round)
or bank. First to 40 wins; the deck is reshuffled when it is used up.
"""
from __future__ import annotations

import argparse
import random
from collections import deque

import torch
from torch import nn, optim
from torch.distributions import Bernoulli

DECK = [0] * 4 + [1, 2, 3, 4, 5, 6] * 3


class Toll:
    def start(self) -> None:
        self.banked = [0, 0]
        self.held = 0
        self.turn = random.randrange(2)
        self.turns = 0
        self.deck = random.sample(DECK, len(DECK))

    def look(self, seat: int) -> torch.Tensor:
        rest = torch.bincount(torch.tensor(self.deck), minlength=7).float() / 4
        me, you = self.banked[seat] / 40, self.banked[1 - seat] / 40
        return torch.cat([rest, torch.tensor([me, you, self.held / 20])])

    def draw(self) -> None:
        card = self.deck.pop()
        if not self.deck:
            self.deck = random.sample(DECK, len(DECK))
        if card == 0:
            self.held = 0
            self._pass()
        else:
            self.held += card

    def bank(self) -> None:
        self.banked[self.turn] += self.held
        self.held = 0
        self._pass()

    def _pass(self) -> None:
        self.turn = 1 - self.turn
        self.turns += 1

    @property
    def winner(self) -> int | None:
        for seat in (0, 1):
            if self.banked[seat] >= 40:
                return seat
        if self.turns > 200:
            return int(self.banked[1] > self.banked[0])
        return None


class Gambler(nn.Module):
    def __init__(self, size: int = 40) -> None:
        super().__init__()
        self.size = size
        self.gru = nn.GRUCell(10, size)
        self.go_on = nn.Linear(size, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.go_on(h).squeeze(-1), h


class Player:
    """A net at the table together with what it remembers of the game."""

    def __init__(self, net: Gambler) -> None:
        self.net = net
        self.new_game()

    def new_game(self) -> None:
        self.mem = torch.zeros(1, self.net.size)
        self.logps: list[torch.Tensor] = []

    def wants_card(self, look: torch.Tensor) -> bool:
        logit, self.mem = self.net(look[None], self.mem)
        dist = Bernoulli(logits=logit)
        a = dist.sample()
        self.logps.append(dist.log_prob(a))
        return bool(a.item())


class League:
    def __init__(self, size: int = 20) -> None:
        self.past: deque[dict] = deque(maxlen=size)

    def add(self, net: Gambler) -> None:
        self.past.append({k: v.detach().clone() for k, v in net.state_dict().items()})

    def draw_into(self, player: Player) -> None:
        player.net.load_state_dict(random.choice(self.past))


class Trainer:
    def __init__(self, lr: float) -> None:
        self.hero = Player(Gambler())
        self.rival = Player(Gambler().requires_grad_(False))
        self.league = League()
        self.league.add(self.hero.net)
        self.optim = optim.RMSprop(self.hero.net.parameters(), lr=lr)

    def one_game(self) -> float:
        game = Toll()
        game.start()
        self.league.draw_into(self.rival)
        self.rival.new_game()
        self.hero.new_game()
        while game.winner is None:
            player = self.hero if game.turn == 0 else self.rival
            if player.wants_card(game.look(game.turn)):
                game.draw()
            else:
                game.bank()
        return 1.0 if game.winner == 0 else -1.0

    def fit(self, games: int, save_every: int) -> None:
        wins = 0.0
        for g in range(1, games + 1):
            score = self.one_game()
            wins += score > 0
            if self.hero.logps:
                loss = -score * torch.cat(self.hero.logps).sum()
                self.optim.zero_grad()
                loss.backward()
                self.optim.step()
            if g % save_every == 0:
                print(f"{g} games, win rate {wins / save_every:.2f}")
                self.league.add(self.hero.net)
                wins = 0.0


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--games", type=int, default=50_000)
    p.add_argument("--save-every", type=int, default=500)
    p.add_argument("--lr", type=float, default=5e-4)
    a = p.parse_args()
    Trainer(a.lr).fit(a.games, a.save_every)
