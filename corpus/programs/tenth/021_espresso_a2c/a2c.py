import sys

import torch
import torch.nn as nn
from torch.distributions import Categorical

from espresso import Espresso


class Barista(nn.Module):
    def __init__(self, n_actions, size=50):
        super().__init__()
        self.size = size
        self.rnn = nn.LSTMCell(3, size)
        self.actor = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, n_actions))
        self.critic = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 1))

    def forward(self, obs, hx, cx):
        hx, cx = self.rnn(obs, (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


def train(episodes, gamma=0.99, lr=1e-3):
    env = Espresso()
    model = Barista(env.n_actions)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    hx = torch.zeros(1, model.size)
    cx = torch.zeros(1, model.size)
    average = 0.0
    for episode in range(episodes):
        obs = env.reset()
        done = False
        log_probs, values, rewards, entropy = [], [], [], 0.0
        hx, cx = hx.detach(), cx.detach()
        while not done:
            logits, value, hx, cx = model(torch.tensor([obs]), hx, cx)
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, reward, done = env.step(action.item())
            log_probs.append(dist.log_prob(action))
            values.append(value.squeeze(1))
            rewards.append(reward)
            entropy = entropy + dist.entropy().mean()
        returns, g = [], 0.0
        for r in reversed(rewards):
            g = r + gamma * g
            returns.insert(0, g)
        returns = torch.tensor(returns)
        values = torch.cat(values)
        advantage = returns - values
        loss = -(torch.cat(log_probs) * advantage.detach()).mean() + 0.5 * advantage.pow(2).mean()
        loss = loss - 0.01 * entropy / len(rewards)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average = 0.98 * average + 0.02 * sum(rewards)
        if episode % 200 == 0:
            print(f"shot {episode}  quality {average:.3f}")
    return model


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    torch.save(train(n).state_dict(), "barista.pt")
