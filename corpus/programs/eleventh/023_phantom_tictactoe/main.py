import argparse
import random

import torch
from torch import nn
from torch.distributions import Categorical

from phantom import PhantomTicTacToe
from pool import OpponentPool


class Player(nn.Module):
    def __init__(self, hidden=80):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(20, hidden)
        self.moves = nn.Linear(hidden, 9)

    def empty(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, x, memory):
        memory = self.cell(x.unsqueeze(0), memory)
        return self.moves(memory[0]).squeeze(0), memory


def game(learner, opponent):
    g = PhantomTicTacToe()
    me = random.choice([1, -1])
    memory = {me: learner.empty(), -me: opponent.empty()}
    logps, entropy = [], []
    while g.winner is None:
        side = g.turn
        if side == me:
            logits, memory[side] = learner(g.view(side), memory[side])
        else:
            with torch.no_grad():
                logits, memory[side] = opponent(g.view(side), memory[side])
        dist = Categorical(logits=logits + g.mask(side))
        field = dist.sample()
        if side == me:
            logps.append(dist.log_prob(field))
            entropy.append(-(dist.probs * (dist.probs + 1e-9).log()).sum())
        g.attempt(field.item())
    return torch.stack(logps), torch.stack(entropy), g.winner * me


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--iterations", type=int, default=5000)
    ap.add_argument("--games", type=int, default=40)
    ap.add_argument("--add-every", type=int, default=40)
    args = ap.parse_args()

    learner, opponent = Player(), Player()
    opt = torch.optim.Adam(learner.parameters(), lr=4e-4)
    pool = OpponentPool()
    pool.add(learner, "start")
    base = 0.0
    for it in range(1, args.iterations + 1):
        loss, total = 0.0, 0
        for _ in range(args.games):
            member = pool.choose()
            opponent.load_state_dict(member["weights"])
            logps, entropy, result = game(learner, opponent)
            pool.report(member, result)
            loss = loss - logps.sum() * (result - base) - 0.01 * entropy.sum()
            total += result
        base = 0.95 * base + 0.05 * total / args.games
        opt.zero_grad()
        (loss / args.games).backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        opt.step()
        if it % args.add_every == 0:
            pool.add(learner, f"it{it}")
            print(f"{it} result {total / args.games:+.2f} average {base:+.2f} pool {len(pool.members)}")


if __name__ == "__main__":
    main()
