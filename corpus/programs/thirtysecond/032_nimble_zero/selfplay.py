import pathlib
import random

import torch
import torch.nn.functional as F

from search import Seat
from zero_net import HEAPS, MAX_TAKE, ZeroNet, apply

VAULT = pathlib.Path("vault")


def play(net_a, net_b, noisy):
    heaps = [random.randint(3, 7) for _ in range(HEAPS)]
    seats = [Seat(net_a), Seat(net_b)]
    last, side, record = -1, 0, []
    while sum(heaps):
        for s in seats:
            s.note(heaps, last)
        counts = seats[side].visits()
        keys, n = list(counts), list(counts.values())
        m = random.choices(keys, n)[0] if noisy else keys[n.index(max(n))]
        record.append((last, heaps, counts, side))
        heaps, last, side = apply(heaps, m), m, 1 - side
    return 1 - side, record


def lesson(net, opt, record, winner):
    ctx, loss = net.start(), 0.0
    for last, heaps, counts, side in record:
        logits, v, ctx = net(last, heaps, ctx)
        pi = torch.zeros(HEAPS * MAX_TAKE)
        for m, c in counts.items():
            pi[m] = c
        loss = loss - (pi / pi.sum() * logits.log_softmax(-1)).sum()
        loss = loss + F.mse_loss(v, torch.tensor(1.0 if side == winner else -1.0))
    opt.zero_grad()
    (loss / len(record)).backward()
    opt.step()


def main(generations=40, games=60, matches=30):
    VAULT.mkdir(exist_ok=True)
    net, champ = ZeroNet(), ZeroNet()
    torch.save(net.state_dict(), VAULT / "gen000.pt")
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for g in range(1, generations + 1):
        for _ in range(games):
            winner, record = play(net, net, noisy=True)
            lesson(net, opt, record, winner)
        best = sorted(VAULT.glob("gen*.pt"))[-1]
        champ.load_state_dict(torch.load(best))
        points = 0
        for k in range(matches):
            if k % 2:
                points += play(champ, net, noisy=False)[0] == 1
            else:
                points += play(net, champ, noisy=False)[0] == 0
        print(g, best.name, points, "/", matches)
        if points > 0.55 * matches:
            torch.save(net.state_dict(), VAULT / ("gen%03d.pt" % g))
        elif points < 0.3 * matches:
            net.load_state_dict(champ.state_dict())


if __name__ == "__main__":
    main()
