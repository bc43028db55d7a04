from __future__ import annotations

import copy
import random
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from tricks import Tricks


class Mind(nn.Module):
    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.gru = nn.GRU(50, width, batch_first=True)
        self.cards = nn.Linear(width, 24)
        self.value = nn.Linear(width, 1)

    def forward(self, view: list[float], legal: list[int], h: Tensor | None) -> tuple[Categorical, Tensor, Tensor]:
        y, h = self.gru(torch.tensor(view).view(1, 1, -1), h)
        mask = torch.full((24,), -1e9)
        mask[legal] = 0.0
        return Categorical(logits=self.cards(y[0, 0]) + mask), self.value(y[0, 0])[0], h


@dataclass
class Seat:
    mind: Mind
    h: Tensor | None = None


@dataclass
class Frozen:
    mind: Mind
    born: int
    rating: float = 1000.0


class League:
    def __init__(self, rng: random.Random, size: int = 20) -> None:
        self.rng, self.size = rng, size
        self.members: list[Frozen] = []
        self.main_rating = 1000.0

    def admit(self, mind: Mind, born: int) -> None:
        statue = copy.deepcopy(mind).eval().requires_grad_(False)
        self.members.append(Frozen(statue, born, self.main_rating))
        if len(self.members) > self.size:
            self.members.remove(min(self.members, key=lambda m: m.rating))

    def draw(self) -> Frozen:
        return self.rng.choice(self.members)

    def settle(self, foe: Frozen, score: float, k: float = 8.0) -> None:
        expected = 1 / (1 + 10 ** ((foe.rating - self.main_rating) / 400))
        self.main_rating += k * (score - expected)
        foe.rating -= k * (score - expected)


def play_game(game: Tricks, rng: random.Random, main: Mind, foe: Mind):
    game.deal(rng)
    me = rng.randint(0, 1)
    seats = [Seat(foe), Seat(foe)]
    seats[me] = Seat(main)
    moves = []
    while not game.over:
        who = game.turn
        seat, legal = seats[who], game.legal()
        pi, v, seat.h = seat.mind(game.view(who), legal, seat.h)
        card = pi.sample()
        game.play(int(card))
        if who == me:
            moves.append((pi.log_prob(card), v, pi.entropy()))
    return moves, (game.taken[me] - game.taken[1 - me]) / 8


def run(games: int = 400_000, batch: int = 16, admit_every: int = 4000, seed: int = 0) -> None:
    rng = random.Random(seed)
    torch.manual_seed(seed)
    game, mind, league = Tricks(), Mind(), League(rng)
    opt = torch.optim.Adam(mind.parameters(), lr=5e-4)
    league.admit(mind, 0)
    pending: list[Tensor] = []
    for n in range(1, games + 1):
        foe = league.draw()
        moves, outcome = play_game(game, rng, mind, foe.mind)
        league.settle(foe, 0.5 + 0.5 * outcome)
        for logp, v, ent in moves:
            adv = outcome - v
            pending.append(-logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent)
        if n % batch == 0:
            opt.zero_grad()
            torch.stack(pending).mean().backward()
            nn.utils.clip_grad_norm_(mind.parameters(), 1.0)
            opt.step()
            pending.clear()
        if n % admit_every == 0:
            league.admit(mind, n)
            print(n, f"rating {league.main_rating:.0f}", [(m.born, round(m.rating)) for m in league.members])
    torch.save(mind.state_dict(), "mind.pt")


if __name__ == "__main__":
    run()
