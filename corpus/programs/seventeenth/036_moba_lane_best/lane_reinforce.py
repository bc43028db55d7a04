import argparse
import collections

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions import Categorical

from laning import LaneGame, ScriptedMid


class LanePolicy(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=128):
        super().__init__()
        self.inp = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.gru(torch.tanh(self.inp(x)), h)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1), h


def play(game, policy, rival, greedy=False):
    obs = game.reset()
    rival.reset()
    h = torch.zeros(1, policy.gru.hidden_size)
    logps, values, ents, rewards = [], [], [], []
    done = False
    while not done:
        x = torch.from_numpy(obs).float().unsqueeze(0)
        pi, v, h = policy(x, h)
        a = pi.probs.argmax(-1) if greedy else pi.sample()
        obs, r, done = game.step(a.item(), rival.act(game))
        logps.append(pi.log_prob(a))
        values.append(v)
        ents.append(pi.entropy())
        rewards.append(r)
    return torch.cat(logps), torch.cat(values), torch.cat(ents), rewards, game.winner == 0


def discounted(rewards, gamma):
    out, g = [], 0.0
    for r in rewards[::-1]:
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1], dtype=torch.float32)


def evaluate(game, policy, rival, n):
    with torch.no_grad():
        return np.mean([play(game, policy, rival, greedy=True)[-1] for _ in range(n)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int, default=20000)
    parser.add_argument("--gamma", type=float, default=0.995)
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--eval-every", type=int, default=250)
    parser.add_argument("--out", default="lane_best.pt")
    args = parser.parse_args()

    game, rival = LaneGame(), ScriptedMid(skill=0.6)
    policy = LanePolicy(game.obs_dim, game.n_actions)
    opt = optim.Adam(policy.parameters(), lr=args.lr)
    recent = collections.deque(maxlen=100)
    best_rate, best_weights = 0.0, None

    for g in range(1, args.games + 1):
        logps, values, ents, rewards, won = play(game, policy, rival)
        recent.append(float(won))
        ret = discounted(rewards, args.gamma)
        adv = ret - values.detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        loss = -(logps * adv).mean() + 0.5 * (values - ret).pow(2).mean() - 0.01 * ents.mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        opt.step()

        if g % args.eval_every == 0:
            rate = evaluate(game, policy, rival, 40)
            print(f"{g:6d} train {np.mean(recent):.2f} eval {rate:.2f}")
            if rate > best_rate:
                best_rate = rate
                best_weights = policy.state_dict()

    if best_weights is not None:
        policy.load_state_dict(best_weights)
        print("best so far", best_rate, "again", evaluate(game, policy, rival, 200))
    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    main()
