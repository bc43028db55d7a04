import copy
import random
from collections import deque

import torch
from torch import nn
from torch.distributions import Categorical

from game import KuhnMatch

OBS = 8


class PokerNet(nn.Module):
    def __init__(self, size=48):
        super().__init__()
        self.lstm = nn.LSTM(OBS, size, batch_first=True)
        self.head = nn.Linear(size, 2)

    def forward(self, x, state=None):
        out, state = self.lstm(x, state)
        return self.head(out[:, -1]), state


class Player:
    """A network sitting at the table. One object lives for one match."""

    def __init__(self, net, learn=False):
        self.net = net
        self.learn = learn
        self.state = None
        self.log_probs = []

    def choose(self, obs):
        x = torch.tensor(obs).view(1, 1, -1)
        with torch.set_grad_enabled(self.learn):
            logits, self.state = self.net(x, self.state)
        dist = Categorical(logits=logits)
        move = dist.sample()
        if self.learn:
            self.log_probs.append(dist.log_prob(move))
        return move.item()


class League:
    def __init__(self, main, capacity=30):
        self.members = deque(maxlen=capacity)
        self.rival_net = copy.deepcopy(main)
        self.add(main)

    def add(self, net):
        self.members.append({k: v.detach().clone() for k, v in net.state_dict().items()})

    def draw_rival(self):
        self.rival_net.load_state_dict(random.choice(self.members))
        return Player(self.rival_net)


def play_match(match, hero, villain):
    players = [hero, villain]
    match.start()
    total, over = 0, False
    while not over:
        seat = match.to_act()
        move = players[seat].choose(match.observe(seat))
        payoff, _, over = match.act(move)
        total += payoff
    return total


def train(matches=20000, swap_every=5, add_every=500, lr=1e-3):
    main = PokerNet()
    league = League(main)
    optimizer = torch.optim.Adam(main.parameters(), lr=lr)
    match = KuhnMatch()
    baseline = 0.0

    for i in range(matches):
        villain = league.draw_rival() if i % swap_every == 0 else Player(league.rival_net)
        hero = Player(main, learn=True)
        score = play_match(match, hero, villain)

        baseline = 0.99 * baseline + 0.01 * score
        loss = -(score - baseline) * torch.stack(hero.log_probs).sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(main.parameters(), 1.0)
        optimizer.step()

        if (i + 1) % add_every == 0:
            league.add(main)
            print(f"match {i + 1}: average score {baseline:+.3f}, {len(league.members)} members")
    return main


if __name__ == "__main__":
    torch.manual_seed(0)
    random.seed(0)
    net = train()
    torch.save(net.state_dict(), "kuhn_main.pt")
