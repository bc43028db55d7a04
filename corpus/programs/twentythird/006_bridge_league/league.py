import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from auction import Auction, N_CALLS, OBS_SIZE

SEATS = ("N", "E", "S", "W")


class Bidder(nn.Module):
    def __init__(self, hidden=256):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(OBS_SIZE, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, N_CALLS)

    def blank(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, mem):
        mem = self.lstm(F.relu(self.fc(obs)), mem)
        return self.pi(mem[0]), mem


class League:
    def __init__(self, first, size=30):
        self.size = size
        self.members = [copy.deepcopy(first.state_dict())]

    def add(self, net):
        self.members.append(copy.deepcopy(net.state_dict()))
        if len(self.members) > self.size:
            del self.members[random.randrange(1, len(self.members) - 1)]

    def pick(self):
        if random.random() < 0.5:
            return self.members[-1]
        return random.choice(self.members)


def bid_deal(auction, ours, theirs):
    obs = auction.deal()
    memory = {s: (ours if s in "NS" else theirs).blank() for s in SEATS}
    logps, entropies = [], []
    while not auction.over:
        seat = auction.turn
        mine = seat in "NS"
        net = ours if mine else theirs
        with torch.set_grad_enabled(mine):
            x = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
            logits, memory[seat] = net(x, memory[seat])
            legal = torch.as_tensor(auction.legal(), dtype=torch.bool)
            logits = logits.masked_fill(~legal, -1e9)
            dist = torch.distributions.Categorical(logits=logits)
            call = dist.sample()
        if mine:
            logps.append(dist.log_prob(call))
            entropies.append(dist.entropy())
        obs = auction.call(int(call))
    return auction.imp_score(), logps, entropies


def main(deals=200_000, batch=32, add_every=4000):
    ours = Bidder()
    theirs = Bidder()
    theirs.load_state_dict(ours.state_dict())
    for p in theirs.parameters():
        p.requires_grad_(False)
    league = League(ours)
    opt = torch.optim.Adam(ours.parameters(), lr=2e-4)
    auction = Auction()
    baseline = 0.0
    losses = []
    for n in range(1, deals + 1):
        theirs.load_state_dict(league.pick())
        imps, logps, ents = bid_deal(auction, ours, theirs)
        baseline += 0.01 * (imps - baseline)
        if logps:
            adv = imps - baseline
            losses.append(-(adv * torch.cat(logps)).sum() - 0.01 * torch.cat(ents).sum())
        if n % batch == 0 and losses:
            opt.zero_grad()
            (torch.stack(losses).sum() / batch).backward()
            nn.utils.clip_grad_norm_(ours.parameters(), 5.0)
            opt.step()
            losses = []
        if n % add_every == 0:
            league.add(ours)
            print(f"deal {n} baseline {baseline:+.2f} imps, league {len(league.members)}")
    torch.save(ours.state_dict(), "bidder.pt")


if __name__ == "__main__":
    main()
