import torch
from torch import nn

N_BIDS = 13  # call, then (count, face) with one die each on a three-sided die, twice over


class Player(nn.Module):
    """Bidder for liar's dice. `read` sums up how the other side has been playing during a match."""

    def __init__(self, width=48):
        super().__init__()
        self.embed = nn.Linear(3 + N_BIDS + 1, width)
        self.gru = nn.GRUCell(width, width)
        self.bid = nn.Linear(width, N_BIDS)
        self.register_buffer("read", torch.zeros(1, width))

    def begin_match(self):
        self.read.zero_()

    def end_hand(self):
        self.read = self.read.detach()

    def choose(self, die, last_bid, mine):
        x = torch.zeros(1, 3 + N_BIDS + 1)
        x[0, die] = 1.0
        x[0, 3 + last_bid] = 1.0
        x[0, -1] = float(mine)
        self.read = self.gru(torch.tanh(self.embed(x)), self.read)
        legal = torch.zeros(N_BIDS, dtype=torch.bool)
        legal[last_bid + 1:] = True
        legal[0] = last_bid > 0
        logits = self.bid(self.read)[0].masked_fill(~legal, -1e9)
        dist = torch.distributions.Categorical(logits=logits)
        pick = dist.sample()
        return int(pick), dist.log_prob(pick)
