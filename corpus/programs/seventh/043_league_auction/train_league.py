"""A2C with an LSTM bidder which learns against a league of its former selves."""
import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from auction import VecAuction

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Bidder(nn.Module):
    def __init__(self, obs_dim, n_bids, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_bids)
        self.v = nn.Linear(hidden, 1)

    def zero_state(self, n):
        return torch.zeros(n, self.hidden, device=device), torch.zeros(n, self.hidden, device=device)

    def forward(self, obs, state):
        h, c = self.lstm(self.body(obs), state)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), (h, c)


def mask_state(state, done):
    keep = (1.0 - done).unsqueeze(-1)
    return state[0] * keep, state[1] * keep


class League:
    def __init__(self, size):
        self.snapshots = deque(maxlen=size)

    def add(self, net):
        self.snapshots.append({k: v.detach().cpu().clone() for k, v in net.state_dict().items()})

    def sample(self):
        if random.random() < 0.3:
            return self.snapshots[-1]
        return random.choice(self.snapshots)


def to_tensor(x):
    return torch.as_tensor(x, dtype=torch.float32, device=device)


def train(args):
    env = VecAuction(args.num_envs, seed=args.seed)
    learner = Bidder(env.obs_dim, env.n_bids).to(device)
    opponent = Bidder(env.obs_dim, env.n_bids).to(device)
    optimizer = torch.optim.Adam(learner.parameters(), lr=args.lr)
    league = League(args.league_size)
    league.add(learner)
    opponent.load_state_dict(league.sample())

    obs, opp_obs = map(to_tensor, env.reset())
    state = learner.zero_state(args.num_envs)
    opp_state = opponent.zero_state(args.num_envs)
    running = np.zeros(args.num_envs)
    results = deque(maxlen=500)

    for update in range(1, args.updates + 1):
        log_probs, values, rewards, masks, entropies = [], [], [], [], []
        state = (state[0].detach(), state[1].detach())
        for _ in range(args.num_steps):
            dist, value, state = learner(obs, state)
            action = dist.sample()
            with torch.no_grad():
                opp_dist, _, opp_state = opponent(opp_obs, opp_state)
                opp_action = opp_dist.sample()
            next_obs, next_opp_obs, reward, done = env.step(action.cpu().numpy(), opp_action.cpu().numpy())

            running += reward
            results.extend(running[done].tolist())
            running[done] = 0.0
            done_t = to_tensor(done)
            log_probs.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(to_tensor(reward))
            masks.append(1.0 - done_t)

            # finished auctions start with empty memories, and maybe with a new rival
            state = mask_state(state, done_t)
            opp_state = mask_state(opp_state, done_t)
            if done.any() and random.random() < args.swap_prob:
                opponent.load_state_dict(league.sample())
            obs, opp_obs = to_tensor(next_obs), to_tensor(next_opp_obs)

        with torch.no_grad():
            _, next_value, _ = learner(obs, state)
        returns, ret = [], next_value
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + args.gamma * m * ret
            returns.insert(0, ret)
        returns, values = torch.stack(returns), torch.stack(values)
        advantage = returns - values
        policy_loss = -(torch.stack(log_probs) * advantage.detach()).mean()
        loss = policy_loss + 0.5 * advantage.pow(2).mean() - 0.01 * torch.stack(entropies).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 0.5)
        optimizer.step()

        if update % args.snapshot_every == 0:
            league.add(learner)
            print(f"update {update} league {len(league.snapshots)} margin {np.mean(results):+.3f}")
    torch.save(learner.state_dict(), args.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--num-envs", type=int, default=64)
    p.add_argument("--num-steps", type=int, default=20)
    p.add_argument("--updates", type=int, default=20_000)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--league-size", type=int, default=30)
    p.add_argument("--snapshot-every", type=int, default=250)
    p.add_argument("--swap-prob", type=float, default=0.05)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", default="bidder.pt")
    train(p.parse_args())
