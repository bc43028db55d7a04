"""Recurrent REINFORCE with a baseline for a tactile gripper. Keeps the best policy and restores it at the end."""
import argparse
import random

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Normal


class GripperEnv:
    """Squeeze an object of unknown stiffness to a target force, feeling only noisy contact."""

    def __init__(self, limit=60):
        self.limit = limit

    def reset(self):
        self.stiffness = random.uniform(2.0, 12.0)
        self.width = random.uniform(0.4, 0.8)
        self.opening = 1.0
        self.t = 0
        return self._obs()

    def _force(self):
        return max(0.0, self.width - self.opening) * self.stiffness

    def _obs(self):
        return np.array([self.opening, self._force() + random.gauss(0, 0.1), self.t / self.limit], dtype=np.float32)

    def step(self, action):
        self.opening = float(np.clip(self.opening + 0.05 * np.clip(action, -1, 1), 0, 1))
        self.t += 1
        reward = -abs(self._force() - 1.0)
        return self._obs(), reward, self.t >= self.limit


class GripperPolicy(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(3, hidden)
        self.mu = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor([-0.5]))
        self.value = nn.Linear(hidden, 1)

    def init_state(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, state):
        h, c = self.lstm(obs, state)
        return Normal(self.mu(h).squeeze(-1), self.log_std.exp()), self.value(h).squeeze(-1), (h, c)


def run_episode(env, policy, greedy=False):
    obs, done = env.reset(), False
    state = policy.init_state()
    log_probs, values, rewards = [], [], []
    while not done:
        dist, value, state = policy(torch.from_numpy(obs).unsqueeze(0), state)
        action = dist.mean if greedy else dist.sample()
        obs, reward, done = env.step(action.item())
        log_probs.append(dist.log_prob(action))
        values.append(value)
        rewards.append(reward)
    return log_probs, values, rewards


def evaluate(env, policy, episodes=20):
    with torch.no_grad():
        return float(np.mean([sum(run_episode(env, policy, greedy=True)[2]) for _ in range(episodes)]))


def update(policy, optimizer, batch, gamma):
    loss = 0.0
    for log_probs, values, rewards in batch:
        ret, returns = 0.0, []
        for r in reversed(rewards):
            ret = r + gamma * ret
            returns.insert(0, ret)
        returns = torch.tensor(returns)
        values = torch.cat(values)
        adv = returns - values.detach()
        loss = loss - (torch.cat(log_probs) * adv).mean() + 0.5 * (returns - values).pow(2).mean()
    loss = loss / len(batch)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--gamma", type=float, default=0.97)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--eval-every", type=int, default=25)
    parser.add_argument("--patience", type=int, default=20)
    parser.add_argument("--out", default="gripper_best.pt")
    args = parser.parse_args()

    env = GripperEnv()
    policy = GripperPolicy()
    optimizer = torch.optim.Adam(policy.parameters(), lr=args.lr)

    best_score = -float("inf")
    best_weights = None
    bad_evals = 0

    for step in range(1, args.updates + 1):
        batch = [run_episode(env, policy) for _ in range(args.batch)]
        loss = update(policy, optimizer, batch, args.gamma)
        if step % args.eval_every:
            continue
        score = evaluate(env, policy)
        print(f"update {step:5d}  loss {loss:8.4f}  eval {score:8.3f}  best {best_score:8.3f}")
        if score > best_score:
            best_score = score
            best_weights = policy.state_dict()
            bad_evals = 0
        else:
            bad_evals += 1
            if bad_evals >= args.patience:
                print("no improvement, stopping early")
                break

    if best_weights is not None:
        policy.load_state_dict(best_weights)
    final = evaluate(env, policy, episodes=100)
    print(f"restored the best policy (eval {best_score:.3f}), final evaluation {final:.3f}")
    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    main()
