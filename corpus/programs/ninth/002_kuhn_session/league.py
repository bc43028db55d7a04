"""Self-play against a league of earlier selves, memory over a session of hands."""
import copy
import random
from collections import deque

import torch
import torch.nn as nn
from torch.distributions import Categorical

from kuhn import KuhnSession

HIDDEN = 48
SESSIONS = 20000
SNAPSHOT_EVERY = 200
NEW_RIVAL_EVERY_HANDS = 10


class CardReader(nn.Module):
    def __init__(self, obs_dim, hidden=HIDDEN):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Sequential(nn.Linear(obs_dim, 32), nn.ReLU())
        self.mem = nn.GRUCell(32, hidden)
        self.pi = nn.Linear(hidden, 2)

    def forward(self, x, h):
        h = self.mem(self.embed(x), h)
        return Categorical(logits=self.pi(h)), h

    def blank(self):
        return torch.zeros(1, self.hidden)


class Rival:
    def __init__(self, obs_dim, league):
        self.brain = CardReader(obs_dim)
        self.league = league
        self.memory = self.brain.blank()

    def new_session(self):
        self.memory = self.brain.blank()

    def swap_in(self):
        """Another player takes over the chair."""
        if not self.league:
            return
        self.brain.load_state_dict(random.choice(self.league))
        self.memory = self.brain.blank()

    @torch.no_grad()
    def decide(self, x):
        dist, self.memory = self.brain(x, self.memory)
        return dist.sample().item()


def play_session(env, hero, rival):
    env.reset()
    rival.new_session()
    h = hero.blank()
    logps, returns = [], []
    last = [0, 0]
    pending = []
    over = False
    while not over:
        seat = env.to_move
        x = env.observe(seat, last[seat])
        if seat == 0:
            dist, h = hero(x, h)
            a = dist.sample()
            pending.append(dist.log_prob(a))
            action = a.item()
        else:
            action = rival.decide(x)
        pay, over = env.act(action)
        if pay is not None:
            last = pay
            logps += pending
            returns += [float(pay[0])] * len(pending)
            pending = []
            if env.played % NEW_RIVAL_EVERY_HANDS == 0:
                rival.swap_in()
    return logps, returns, env.stack[0]


def main():
    torch.manual_seed(3)
    random.seed(3)
    env = KuhnSession()
    hero = CardReader(env.obs_dim)
    optim = torch.optim.Adam(hero.parameters(), lr=1e-3)
    league = deque(maxlen=50)
    rival = Rival(env.obs_dim, league)
    rival.brain.load_state_dict(hero.state_dict())
    baseline = 0.0
    for s in range(SESSIONS):
        logps, returns, net_win = play_session(env, hero, rival)
        ret = torch.tensor(returns)
        baseline = 0.99 * baseline + 0.01 * ret.mean().item()
        loss = -(torch.cat(logps) * (ret - baseline)).mean()
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(hero.parameters(), 1.0)
        optim.step()

        if s % SNAPSHOT_EVERY == 0:
            league.append(copy.deepcopy(hero.state_dict()))
            print(s, "net", net_win, "loss", round(loss.item(), 4), "league", len(league))
    torch.save(hero.state_dict(), "hero.pt")


if __name__ == "__main__":
    main()
