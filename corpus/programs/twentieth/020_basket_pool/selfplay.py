"""Self-play for three-a-side basketball. One net steers a whole team, a coach's LSTM over the game."""
import argparse
import copy
import random
from collections import deque

import numpy as np
import torch
from torch import nn, optim
from torch.distributions import Categorical


class Hoops:
    """Abstract game: each possession takes a few decisions (pass, drive, three, hold)."""

    def __init__(self):
        self.rng = np.random.default_rng()

    def reset(self):
        self.points = {"home": 0, "guest": 0}
        self.legs = {"home": 1.0, "guest": 1.0}
        self.tendency = {t: self.rng.dirichlet(np.ones(3)) for t in self.points}
        self.ball, self.gap, self.t = "home", 0.3, 0
        return {t: self.obs(t) for t in self.points}

    def obs(self, team):
        foe = "guest" if team == "home" else "home"
        return torch.tensor([
            self.ball == team, self.gap, self.legs[team], self.legs[foe],
            (self.points[team] - self.points[foe]) / 20, self.t / 200,
        ], dtype=torch.float32)

    def step(self, moves):
        team = self.ball
        foe = "guest" if team == "home" else "home"
        a, d = moves[team], moves[foe]
        guard = 0.3 if a == d else 0.0
        self.t += 1
        gained, over = 0, False
        if a == 0:
            self.gap = min(1.0, self.gap + 0.2 * self.rng.random())
            over = self.rng.random() < 0.05 + guard / 2
        elif a in (1, 2):
            chance = (0.55 if a == 1 else 0.35) + 0.3 * self.gap - guard
            chance += 0.2 * (self.tendency[foe][a] - 0.33)
            gained = (a + 1) * int(self.rng.random() < chance * self.legs[team])
            over = True
        self.legs[team] = max(0.4, self.legs[team] - 0.004)
        self.legs[foe] = max(0.4, self.legs[foe] - (0.003 if d else 0.001))
        self.points[team] += gained
        if over:
            self.ball, self.gap = foe, 0.3
        reward = gained / 3 if team == "home" else -gained / 3
        return {t: self.obs(t) for t in self.points}, reward, self.t >= 200


class Coach(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(6, hidden)
        self.move = nn.Linear(hidden, 4)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs, state):
        h, c = self.lstm(obs[None], state)
        return Categorical(logits=self.move(h)), self.value(h)[:, 0], (h, c)


def fresh(net):
    return torch.zeros(1, net.hidden), torch.zeros(1, net.hidden)


def play(env, home, guest):
    obs = env.reset()
    state = {"home": fresh(home), "guest": fresh(guest)}
    logps, values, ents, rewards = [], [], [], []
    done = False
    while not done:
        pi, v, state["home"] = home(obs["home"], state["home"])
        with torch.no_grad():
            foe_pi, _, state["guest"] = guest(obs["guest"], state["guest"])
        move = pi.sample()
        obs, r, done = env.step({"home": move.item(), "guest": foe_pi.sample().item()})
        logps.append(pi.log_prob(move))
        values.append(v)
        ents.append(pi.entropy())
        rewards.append(r)
    return torch.cat(logps), torch.cat(values), torch.cat(ents), rewards


def discounted(rewards, gamma):
    out = np.zeros(len(rewards), dtype=np.float32)
    g = 0.0
    for t in reversed(range(len(rewards))):
        g = out[t] = rewards[t] + gamma * g
    return torch.from_numpy(out)


def choose(pool, wins):
    """Harder opponents more often."""
    weight = [(1.05 - np.mean(wins[i])) ** 2 if wins[i] else 1.0 for i in range(len(pool))]
    return random.choices(range(len(pool)), weights=weight)[0]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=40000)
    ap.add_argument("--snapshot-every", type=int, default=500)
    ap.add_argument("--pool", type=int, default=25)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()

    env, coach, rival = Hoops(), Coach(), Coach()
    opt = optim.Adam(coach.parameters(), lr=args.lr)
    pool = [copy.deepcopy(coach.state_dict())]
    wins = [deque(maxlen=50)]
    for game in range(1, args.games + 1):
        i = choose(pool, wins)
        rival.load_state_dict(pool[i])
        logp, value, ent, rewards = play(env, coach, rival)
        wins[i].append(float(env.points["home"] > env.points["guest"]))

        ret = discounted(rewards, 0.99)
        adv = (ret - value).detach()
        loss = -(logp * adv).mean() + 0.5 * (ret - value).pow(2).mean() - 0.01 * ent.mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(coach.parameters(), 0.5)
        opt.step()

        if game % args.snapshot_every == 0:
            pool.append(copy.deepcopy(coach.state_dict()))
            wins.append(deque(maxlen=50))
            if len(pool) > args.pool:
                easiest = max(range(len(pool) - 1), key=lambda j: np.mean(wins[j] or [0.0]))
                del pool[easiest], wins[easiest]
            print(f"game {game}: pool {len(pool)}, mean win rate {np.mean([np.mean(w) for w in wins if w]):.2f}")
            torch.save(coach.state_dict(), "coach.pt")


if __name__ == "__main__":
    main()
