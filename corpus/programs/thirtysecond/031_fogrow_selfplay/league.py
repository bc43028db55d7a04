import random
from collections import deque
from copy import deepcopy

import torch
import torch.nn.functional as F

from board import FogRows, W
from net import PVNet

BOARDS, TURNS, ROUNDS = 32, 10, 2000


class League:
    def __init__(self):
        self.games = FogRows(BOARDS)
        self.hero, self.rival = PVNet(), PVNet()
        self.hero_recall = torch.zeros(BOARDS, self.hero.width)
        self.rival_recall = torch.zeros(BOARDS, self.rival.width)
        self.opt = torch.optim.Adam(self.hero.parameters(), lr=3e-4)
        self.gallery = deque([deepcopy(self.hero.state_dict())], maxlen=12)
        self.tally = deque(maxlen=400)

    def finish(self, over):
        self.games.clear(over)
        keep = (~over).float().unsqueeze(-1)
        self.hero_recall = self.hero_recall * keep
        self.rival_recall = self.rival_recall * keep

    def turn(self):
        legal = self.games.legal()
        logits, value, self.hero_recall = self.hero(self.games.view(0), self.hero_recall, legal)
        lp = logits.log_softmax(-1)
        cols = torch.multinomial(lp.detach().exp(), 1)
        everyone = torch.ones(BOARDS, dtype=torch.bool)
        won, drawn = self.games.drop(0, cols.flatten(), everyone)
        live = ~(won | drawn)
        with torch.no_grad():
            safe = self.games.legal() | ~live.unsqueeze(-1)
            theirs, _, self.rival_recall = self.rival(self.games.view(1), self.rival_recall, safe)
            reply = torch.multinomial(theirs.softmax(-1), 1).flatten()
        lost, drawn2 = self.games.drop(1, reply, live)
        reward = won.float() - lost.float()
        over = won | drawn | lost | drawn2
        self.tally.extend(reward[over].tolist())
        self.finish(over)
        return lp.gather(-1, cols).squeeze(-1), value, reward, over.float(), -(lp.exp() * lp.clamp(min=-30)).sum(-1)

    def round(self):
        self.hero_recall = self.hero_recall.detach()
        steps = [self.turn() for _ in range(TURNS)]
        lp, val, rew, over, ent = (torch.stack(x) for x in zip(*steps))
        g = val[-1].detach() * (1 - over[-1])
        rets = []
        for t in reversed(range(TURNS)):
            g = rew[t] + (1 - over[t]) * g
            rets.append(g)
        ret = torch.stack(rets[::-1])
        loss = -((ret - val).detach() * lp).mean() + F.mse_loss(val, ret) - 0.01 * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    def next_rival(self):
        pick = self.gallery[-1] if random.random() < 0.5 else random.choice(self.gallery)
        self.rival.load_state_dict(pick)


def main():
    league = League()
    for k in range(ROUNDS):
        if k % 5 == 0:
            league.next_rival()
        league.round()
        if k % 50 == 49:
            mean = sum(league.tally) / max(1, len(league.tally))
            print(k, round(mean, 3), len(league.gallery))
            if mean > 0.1:
                league.gallery.append(deepcopy(league.hero.state_dict()))
    torch.save(league.hero.state_dict(), "fogrow_w%d.pt" % W)


if __name__ == "__main__":
    main()
