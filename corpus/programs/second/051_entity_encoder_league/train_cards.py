import argparse
import collections
import logging

import numpy as np
import torch
from torch.distributions import Categorical

from entityleague.game import CardDuel
from entityleague.league import League, Rival
from entityleague.net import EntityNet

log = logging.getLogger("cards")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=500_000)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--enlist", type=int, default=2000)
    ap.add_argument("--rounds-per-rival", type=int, default=13)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--resume")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    net = EntityNet(CardDuel.CARD_DIM, CardDuel.MAX_CARDS)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    if args.resume:
        blob = torch.load(args.resume)
        net.load_state_dict(blob["net"])
        opt.load_state_dict(blob["opt"])
    league, rival = League(), Rival(CardDuel.CARD_DIM, CardDuel.MAX_CARDS)
    league.enlist("start", net)
    rival.turn_into(*league.pick())
    game = CardDuel()
    results = collections.deque(maxlen=1000)
    batch, rounds = [], 0
    for n in range(1, args.games + 1):
        mine, theirs = game.reset()
        done, tape = False, []
        while not done:
            rounds += 1
            if rounds % args.rounds_per_rival == 0:
                rival.turn_into(*league.pick())
            logits, value = net(torch.as_tensor(mine)[None], torch.as_tensor(game.legal(0))[None])
            dist = Categorical(logits=logits)
            action = dist.sample()
            (mine, theirs), reward, done = game.step(int(action), rival.bid(theirs, game.legal(1)))
            tape.append((dist.log_prob(action), dist.entropy(), value))
        results.append(reward)
        league.table.record("me", rival.hidden_name, 0.5 + 0.5 * reward)
        for logp, ent, value in tape:
            adv = reward - value
            batch.append((0.5 * adv.pow(2) - adv.detach() * logp - 0.01 * ent).sum())
        if n % args.batch == 0:
            opt.zero_grad()
            (torch.stack(batch).sum() / args.batch).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
            batch = []
        if n % args.enlist == 0:
            league.enlist(f"g{n}", net)
            log.info("%d score %.3f elo %s", n, np.mean(results), league.table.top(3))
            torch.save({"net": net.state_dict(), "opt": opt.state_dict()}, "cards.pt")


if __name__ == "__main__":
    main()
