import argparse
import random

import numpy as np
import torch
import torch.nn as nn
import laserhockey.hockey_env as h_env


class HockeyNet(nn.Module):
    def __init__(self, n_obs=18, n_act=4, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(n_obs, hidden)
        self.mu = nn.Linear(hidden, n_act)
        self.log_std = nn.Parameter(torch.full((n_act,), -0.5))

    def forward(self, obs, state):
        y, state = self.lstm(obs.view(1, 1, -1), state)
        mean = torch.tanh(self.mu(y[0, 0]))
        return torch.distributions.Normal(mean, self.log_std.exp()), state

    def zero_state(self):
        z = torch.zeros(1, 1, self.hidden)
        return z, z.clone()


class League:
    def __init__(self, size=15):
        self.size = size
        self.entries = []
        self.wins = []

    def add(self, net):
        self.entries.append(net.state_dict())
        self.wins.append([])
        if len(self.entries) > self.size:
            worst = int(np.argmin([np.mean(w[-20:]) if w else 1.0 for w in self.wins]))
            del self.entries[worst], self.wins[worst]

    def draw(self):
        i = random.randrange(len(self.entries))
        return i, self.entries[i]

    def report(self, i, opponent_won):
        self.wins[i].append(float(opponent_won))


def play(env, net, rival):
    obs, _ = env.reset()
    obs2 = env.obs_agent_two()
    state, state2 = net.zero_state(), rival.zero_state()
    logps, rewards, done = [], [], False
    while not done:
        dist, state = net(torch.as_tensor(obs, dtype=torch.float32), state)
        a1 = dist.sample()
        with torch.no_grad():
            dist2, state2 = rival(torch.as_tensor(obs2, dtype=torch.float32), state2)
            a2 = dist2.sample()
        both = np.hstack([a1.clamp(-1, 1).numpy(), a2.clamp(-1, 1).numpy()])
        obs, r, term, trunc, info = env.step(both)
        obs2 = env.obs_agent_two()
        done = term or trunc
        logps.append(dist.log_prob(a1).sum())
        rewards.append(r)
    return torch.stack(logps), rewards, info["winner"]


def reinforce(logps, rewards, baseline, gamma=0.98):
    ret, out = 0.0, []
    for r in reversed(rewards):
        ret = r + gamma * ret
        out.append(ret)
    returns = torch.tensor(out[::-1])
    return -(logps * (returns - baseline)).mean(), returns.mean().item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=50000)
    ap.add_argument("--add-every", type=int, default=500)
    args = ap.parse_args()
    env = h_env.HockeyEnv()
    net, rival = HockeyNet(), HockeyNet()
    opt = torch.optim.Adam(net.parameters(), lr=1e-4)
    league = League()
    league.add(net)
    baseline = 0.0
    for game in range(1, args.games + 1):
        i, weights = league.draw()
        rival.load_state_dict(weights)
        logps, rewards, winner = play(env, net, rival)
        league.report(i, winner == -1)
        loss, mean_ret = reinforce(logps, rewards, baseline)
        baseline = 0.95 * baseline + 0.05 * mean_ret
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if game % args.add_every == 0:
            league.add(net)
            torch.save(net.state_dict(), f"hockey_{game}.pt")
            print(game, "baseline", round(baseline, 3))


if __name__ == "__main__":
    main()
