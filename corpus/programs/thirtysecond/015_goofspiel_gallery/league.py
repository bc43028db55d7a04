import copy
import random

import torch

from goofspiel import Hand, play_prizes
from seats import Brain, Seat, take_after

HANDS_PER_MATCH = 40
GALLERY_SIZE = 25


def play_hand(hero, rival):
    a, b = Hand(), Hand()
    logps, gains = [], []
    for prize in play_prizes():
        i, logp = hero.choose(prize, a)
        with torch.no_grad():
            j, _ = rival.choose(prize, b)
        x, y = a.spend(i), b.spend(j)
        hero.saw(x, y)
        rival.saw(y, x)
        logps.append(logp)
        gains.append(prize * ((x > y) - (x < y)) / 91.0)
    return torch.cat(logps), torch.tensor(gains)


def improve(opt, hero, logps, gains, baseline):
    togo = gains.flip(0).cumsum(0).flip(0)
    loss = -(logps * (togo - baseline)).sum()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(hero.brain.parameters(), 0.5)
    opt.step()
    hero.tells = hero.tells.detach()


def main(matches=2000):
    hero, rival = Seat(Brain()), Seat(Brain())
    opt = torch.optim.Adam(hero.brain.parameters(), lr=3e-4)
    gallery = [copy.deepcopy(hero.brain)]
    baseline, wins = 0.0, 0

    for m in range(matches):
        take_after(rival.brain, gallery[-1])
        hero.sit_down()
        rival.sit_down()
        score = 0.0
        for h in range(HANDS_PER_MATCH):
            if h and h % 10 == 0 and len(gallery) > 1:
                take_after(rival.brain, random.choice(gallery[:-1]))
            logps, gains = play_hand(hero, rival)
            improve(opt, hero, logps, gains, baseline)
            baseline = 0.99 * baseline + 0.01 * float(gains.sum())
            score += float(gains.sum())
        wins += score > 0
        if m % 20 == 19:
            gallery.append(copy.deepcopy(hero.brain))
            gallery = gallery[-GALLERY_SIZE:]
            print(f"{m + 1:5d}  won {wins}/20")
            wins = 0

    torch.save(hero.brain.state_dict(), "goofspiel.pt")


if __name__ == "__main__":
    main()
