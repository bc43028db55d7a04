import argparse
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from track import KartTrack


class Driver(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.inp = nn.Linear(KartTrack.obs_size, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, KartTrack.n_actions)
        self.v = nn.Linear(hidden, 1)
        self.hidden = hidden

    def garage(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, hc):
        hc = self.lstm(torch.relu(self.inp(obs)), hc)
        return Categorical(logits=self.pi(hc[0])), self.v(hc[0]).squeeze(-1), hc


def tensor(o):
    return torch.from_numpy(o)[None]


def race(track, driver, ghost, gamma):
    own, other = track.reset()
    hc, ghc = driver.garage(), ghost.garage()
    done = False
    logps, values, ents, rewards = [], [], [], []
    while not done:
        dist, v, hc = driver(tensor(own), hc)
        with torch.no_grad():
            gdist, _, ghc = ghost(tensor(other), ghc)
        a = dist.sample()
        own, other, r, done = track.step(a.item(), gdist.sample().item())
        logps.append(dist.log_prob(a))
        values.append(v)
        ents.append(dist.entropy())
        rewards.append(r)
    returns, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        returns.insert(0, g)
    won = track.s[0] > track.s[1]
    return torch.cat(logps), torch.cat(values), torch.cat(ents), torch.tensor(returns), won


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--races", type=int, default=30000)
    ap.add_argument("--ghost-every", type=int, default=200)
    ap.add_argument("--max-ghosts", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.995)
    ap.add_argument("--lr", type=float, default=3e-4)
    args = ap.parse_args()

    track = KartTrack()
    driver, ghost = Driver(), Driver()
    opt = torch.optim.Adam(driver.parameters(), lr=args.lr)
    ghosts = []
    wins = 0
    for n in range(args.races):
        if n % args.ghost_every == 0:
            ghosts.append(driver.state_dict())
            ghosts = ghosts[-args.max_ghosts:]
            print(f"race {n}: won {wins} of the last {args.ghost_every}, {len(ghosts)} ghosts")
            wins = 0
        ghost.load_state_dict(random.choice(ghosts))
        logp, value, ent, ret, won = race(track, driver, ghost, args.gamma)
        adv = ret - value
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(driver.parameters(), 0.5)
        opt.step()
        wins += int(won)
    torch.save(driver.state_dict(), "driver.pt")


if __name__ == "__main__":
    main()
