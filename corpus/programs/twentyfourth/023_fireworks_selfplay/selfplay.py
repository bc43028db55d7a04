import random

import torch
import torch.nn as nn

from fireworks import Fireworks

GAMES = 100_000
POOL_EVERY = 1000
POOL_SIZE = 15


class CardPlayer(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(Fireworks.n_obs, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, Fireworks.n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.rnn(torch.relu(self.inp(torch.tensor([obs]))), h)
        return torch.distributions.Categorical(logits=self.pi(h)), self.v(h)[0, 0], h


class Pool:
    def __init__(self):
        self.entries = []

    def add(self, net, game):
        self.entries.append((game, net.state_dict()))
        if len(self.entries) > POOL_SIZE:
            self.entries.pop(random.randrange(len(self.entries) - 1))

    def fill(self, partner):
        game, weights = random.choice(self.entries)
        partner.load_state_dict(weights)
        return game


def one_game(env, learner, partner):
    seats = [learner, partner]
    memory = [torch.zeros(1, learner.hidden), torch.zeros(1, partner.hidden)]
    obs, p, done = env.reset(), 0, False
    record = []
    while not done:
        if p == 0:
            dist, value, memory[0] = seats[0](obs, memory[0])
            act = dist.sample()
            record.append([dist.log_prob(act)[0], value, 0.0])
        else:
            with torch.no_grad():
                dist, _, memory[1] = seats[1](obs, memory[1])
            act = dist.sample()
        obs, reward, done = env.step(p, int(act))
        record[-1][2] += reward
        p = 1 - p
    return record


def main():
    env = Fireworks()
    learner, partner = CardPlayer(), CardPlayer()
    opt = torch.optim.Adam(learner.parameters(), lr=3e-4)
    pool = Pool()
    pool.add(learner, 0)
    avg = 0.0
    for game in range(1, GAMES + 1):
        with_whom = pool.fill(partner)
        record = one_game(env, learner, partner)
        g, loss = 0.0, 0.0
        for logp, value, reward in reversed(record):
            g = reward + 0.99 * g
            adv = g - value
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2
        opt.zero_grad()
        (loss / len(record)).backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        opt.step()
        avg += 0.01 * (sum(env.table) - avg)
        if game % POOL_EVERY == 0:
            pool.add(learner, game)
            print(f"game {game} with gen {with_whom}: score {avg:.2f}")
    torch.save(learner.state_dict(), "fireworks.pt")


if __name__ == "__main__":
    main()
