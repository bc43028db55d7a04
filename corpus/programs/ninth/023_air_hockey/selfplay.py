import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from hockey import AirHockey


class Player(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(AirHockey.obs_dim, hidden)
        self.pi = nn.Linear(hidden, AirHockey.n_actions)
        self.v = nn.Linear(hidden, 1)

    def start(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, state):
        state = self.lstm(torch.from_numpy(obs)[None], state)
        return Categorical(logits=self.pi(state[0])), self.v(state[0])[:, 0], state


class PastSelves:
    """Weights of earlier players with an Elo number each."""

    def __init__(self, size=30):
        self.size = size
        self.entries = []

    def add(self, net, elo):
        weights = {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}
        self.entries.append([weights, elo])
        if len(self.entries) > self.size:
            self.entries.pop(random.randrange(len(self.entries) - 1))

    def draw(self):
        return random.choice(self.entries)


def play(env, net, other):
    obs, obs_other = env.reset()
    mine, theirs = net.start(), other.start()
    logps, values, ents, rewards = [], [], [], []
    done = False
    while not done:
        dist, v, mine = net(obs, mine)
        a = dist.sample()
        with torch.no_grad():
            d2, _, theirs = other(obs_other, theirs)
        (obs, obs_other), r, done = env.step((a.item(), d2.sample().item()))
        logps.append(dist.log_prob(a))
        values.append(v)
        ents.append(dist.entropy())
        rewards.append(r)
    return logps, values, ents, rewards


def learn(opt, net, data, gamma=0.99):
    logps, values, ents, rewards = data
    g, returns = 0.0, []
    for r in reversed(rewards):
        g = r + gamma * g
        returns.append(g)
    returns = torch.tensor(returns[::-1])
    values = torch.cat(values)
    adv = returns - values
    loss = -(torch.cat(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * torch.cat(ents).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()


def main(games=100_000, keep_every=500):
    env = AirHockey()
    net, other = Player(), Player()
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    past = PastSelves()
    elo = 1000.0
    past.add(net, elo)
    for g in range(1, games + 1):
        entry = past.draw()
        other.load_state_dict(entry[0])
        data = play(env, net, other)
        learn(opt, net, data)

        score = (data[3][-1] + 1) / 2
        expected = 1 / (1 + 10 ** ((entry[1] - elo) / 400))
        elo += 8 * (score - expected)
        entry[1] -= 8 * (score - expected)
        if g % keep_every == 0:
            past.add(net, elo)
            print(f"game {g} elo {elo:.0f} past selves {len(past.entries)}")
            torch.save({"model": net.state_dict(), "elo": elo}, "hockey.pt")


if __name__ == "__main__":
    main()
