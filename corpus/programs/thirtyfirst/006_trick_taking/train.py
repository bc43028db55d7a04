import random
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from briscola import N_OBS, Briscola

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
MATCHES, SNAP_EVERY, KEEP, DEALS = 30_000, 400, 20, 3
Weights = Dict[str, torch.Tensor]


class Brain(nn.Module):
    def __init__(self, n=256):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(N_OBS, n), nn.ELU())
        self.gru = nn.GRU(n, n)
        self.card = nn.Linear(n, 40)
        self.win = nn.Linear(n, 1)

    def forward(self, x, h=None):
        y, h = self.gru(self.enc(x), h)
        return self.card(y), self.win(y).squeeze(-1), h


def seat(brain: Brain, record: List[Tuple], explore: bool) -> Iterator[int]:
    """A player at the table: send (obs, mask), get the card. What was played so far lives in here."""
    h = None
    card = None
    while True:
        obs, mask = yield card
        with torch.no_grad():
            logits, _, h = brain(torch.as_tensor(obs, device=DEVICE).view(1, 1, -1), h)
        logits = logits.view(-1).masked_fill(~torch.as_tensor(mask, device=DEVICE), -1e9)
        card = Categorical(logits=logits).sample().item() if explore else logits.argmax().item()
        record.append((obs, mask, card))


def deal(table: Briscola, brains: Tuple[Brain, Brain], leader: int, explore=(True, True)):
    records: Tuple[List, List] = ([], [])
    seats = [seat(b, r, e) for b, r, e in zip(brains, records, explore)]
    for s in seats:
        next(s)
    table.new_deal(leader)
    while not table.over:
        table.play(seats[table.to_play].send(table.observe()))
    for s in seats:
        s.close()
    return table.score, records


def freeze(net: nn.Module) -> Weights:
    return {k: v.detach().to("cpu", copy=True) for k, v in net.state_dict().items()}


def learn(brain: Brain, opt, batch) -> float:
    loss = torch.zeros((), device=DEVICE)
    for record, z in batch:
        obs, mask, cards = (torch.as_tensor(np.stack(c), device=DEVICE) for c in zip(*record))
        logits, v, _ = brain(obs.unsqueeze(1))
        pi = Categorical(logits=logits.squeeze(1).masked_fill(~mask, -1e9))
        v = v.squeeze(1)
        loss = loss - (pi.log_prob(cards) * (z - v.detach())).mean() + (v - z).pow(2).mean() - 0.01 * pi.entropy().mean()
    opt.zero_grad(set_to_none=True)
    (loss / len(batch)).backward()
    nn.utils.clip_grad_norm_(brain.parameters(), 1.0)
    opt.step()
    return loss.item() / len(batch)


def main():
    table = Briscola(seed=11)
    me, other = Brain().to(DEVICE), Brain().to(DEVICE).eval()
    opt = torch.optim.AdamW(me.parameters(), lr=1e-4)
    league: Dict[int, Weights] = {0: freeze(me)}
    elo = {0: 1000.0}
    my_elo = 1000.0

    for match in range(1, MATCHES + 1):
        gen = max(league) if random.random() < 0.5 else random.choice(list(league))
        batch, wins = [], 0
        for d in range(DEALS):
            if d == DEALS - 1 and len(league) > 1:
                gen = random.choice(list(league))
            other.load_state_dict(league[gen])
            score, records = deal(table, (me, other), leader=(match + d) % 2)
            z = (score[0] - score[1]) / 120
            wins += z > 0
            batch.append((records[0], z))
            expected = 1 / (1 + 10 ** ((elo[gen] - my_elo) / 400))
            shift = 4 * ((z > 0) + 0.5 * (z == 0) - expected)
            my_elo, elo[gen] = my_elo + shift, elo[gen] - shift
        loss = learn(me, opt, batch)
        if match % SNAP_EVERY == 0:
            league[match] = freeze(me)
            elo[match] = my_elo
            if len(league) > KEEP:
                weakest = min(league, key=elo.get)
                league.pop(weakest)
            print(f"{match} loss {loss:.3f} elo {my_elo:.0f} league {len(league)}")
    Path("out").mkdir(exist_ok=True)
    torch.save({"me": freeze(me), "league": league, "elo": elo}, "out/briscola.pt")


if __name__ == "__main__":
    main()
