"""Train a pursuer against a league of evaders (and the evaders by turns)."""
import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from league import League
from tag_env import TagEnv


class TagNet(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.pi, self.v = nn.Linear(hidden, n_actions), nn.Linear(hidden, 1)

    def zeros(self, n):
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs, state):
        h, c = self.lstm(torch.relu(self.fc(obs)), state)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), (h, c)


class Side:
    """One role: the learning network, the frozen opponent of that role, and their league."""

    def __init__(self, role, env, lr):
        self.role = role
        self.net = TagNet(env.obs_dim, env.n_actions)
        self.frozen = TagNet(env.obs_dim, env.n_actions)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.league = League()
        self.league.add(f"{role}-0", self.net)
        self.member = self.league.members[0]

    def next_opponent(self):
        self.member = self.league.draw()
        self.frozen.load_state_dict(self.member["weights"])


def mask_state(state, mask):
    return tuple(s * mask for s in state)


def train_phase(env, learner, opponent, chasing, args):
    """Train one side for a number of rollouts while the other side is played from its league."""
    obs = env.reset()
    state = learner.net.zeros(env.num_envs)
    opp_state = opponent.frozen.zeros(env.num_envs)
    wins = []
    for rollout in range(args.rollouts_per_phase):
        if rollout % args.opponent_every == 0:
            if wins:
                League.record(opponent.member, float(np.mean(wins)))
                wins = []
            opponent.next_opponent()
        state = tuple(s.detach() for s in state)
        logps, values, rewards, masks, ents = [], [], [], [], []
        for _ in range(args.rollout_len):
            mine, theirs = (obs[0], obs[1]) if chasing else (obs[1], obs[0])
            dist, value, state = learner.net(torch.from_numpy(mine), state)
            act = dist.sample()
            with torch.no_grad():
                opp_dist, _, opp_state = opponent.frozen(torch.from_numpy(theirs), opp_state)
                opp_act = opp_dist.sample()
            pair = (act.numpy(), opp_act.numpy())
            obs, reward, done = env.step(*(pair if chasing else pair[::-1]))
            reward = reward if chasing else -reward
            wins.extend(float(r > 0) for r in reward[done])
            mask = torch.from_numpy(1.0 - done.astype(np.float32)).unsqueeze(-1)
            state = mask_state(state, mask)
            opp_state = mask_state(opp_state, mask)
            logps.append(dist.log_prob(act))
            values.append(value)
            ents.append(dist.entropy())
            rewards.append(torch.from_numpy(reward))
            masks.append(mask.squeeze(-1))
        with torch.no_grad():
            _, ret, _ = learner.net(torch.from_numpy(obs[0] if chasing else obs[1]), state)
        targets = []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + args.gamma * m * ret
            targets.insert(0, ret)
        targets, values = torch.stack(targets), torch.stack(values)
        adv = targets - values.detach()
        loss = (-(torch.stack(logps) * adv).mean() + 0.5 * (targets - values).pow(2).mean()
                - 0.01 * torch.stack(ents).mean())
        learner.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.net.parameters(), 0.5)
        learner.opt.step()
    return float(np.mean(wins)) if wins else 0.0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--phases", type=int, default=200)
    p.add_argument("--rollouts-per-phase", type=int, default=200)
    p.add_argument("--opponent-every", type=int, default=5)
    p.add_argument("--rollout-len", type=int, default=32)
    p.add_argument("--num-envs", type=int, default=32)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lr", type=float, default=5e-4)
    args = p.parse_args()

    env = TagEnv(args.num_envs)
    chaser, runner = Side("chaser", env, args.lr), Side("runner", env, args.lr)
    for phase in range(1, args.phases + 1):
        for learner, opponent, chasing in ((chaser, runner, True), (runner, chaser, False)):
            rate = train_phase(env, learner, opponent, chasing, args)
            learner.league.add(f"{learner.role}-{phase}", learner.net)
            print(f"phase {phase} {learner.role}: win rate {rate:.2f}, league {len(learner.league.members)}")


if __name__ == "__main__":
    main()
