import argparse

import torch
import torch.nn as nn
import torch.optim as optim

from bus_line import BusLine


class HoldingPolicy(nn.Module):
    def __init__(self, hidden_size=32, n_actions=4):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTMCell(2, hidden_size)
        self.fc = nn.Sequential(nn.Linear(hidden_size, 32), nn.ReLU(), nn.Linear(32, n_actions))

    def init_hidden(self):
        return (torch.zeros(1, self.hidden_size), torch.zeros(1, self.hidden_size))

    def forward(self, obs, hidden):
        h, c = self.lstm(obs, hidden)
        return torch.softmax(self.fc(h), dim=-1), (h, c)


def discount(rewards, gamma):
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.insert(0, g)
    out = torch.tensor(out)
    return (out - out.mean()) / (out.std() + 1e-6)


def train(args):
    env = BusLine(args.stops)
    policy = HoldingPolicy(args.hidden)
    optimizer = optim.Adam(policy.parameters(), lr=args.lr)
    hidden = policy.init_hidden()
    running = None

    for episode in range(args.episodes):
        obs = env.reset()
        hidden = tuple(h.detach() for h in hidden)
        log_probs, rewards = [], []
        done = False
        while not done:
            probs, hidden = policy(obs, hidden)
            dist = torch.distributions.Categorical(probs)
            action = dist.sample()
            obs, reward, done = env.step(action.item())
            log_probs.append(dist.log_prob(action))
            rewards.append(reward)

        returns = discount(rewards, args.gamma)
        loss = -(torch.cat(log_probs) * returns).sum()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()

        total = sum(rewards)
        running = total if running is None else 0.98 * running + 0.02 * total
        if episode % args.log_every == 0:
            print(f"episode {episode:6d}  return {total:7.2f}  running {running:7.2f}")

    torch.save(policy.state_dict(), args.out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=20000)
    parser.add_argument("--stops", type=int, default=30)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--gamma", type=float, default=0.95)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--log-every", type=int, default=100)
    parser.add_argument("--out", default="holding.pt")
    train(parser.parse_args())
