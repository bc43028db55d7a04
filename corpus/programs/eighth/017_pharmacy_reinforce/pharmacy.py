# Stock-keeping of a small pharmacy with an LSTM policy (actor-critic)
# converted from pharmacy.ipynb

# In[1]:
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import matplotlib.pyplot as plt
from torch.distributions import Categorical

torch.manual_seed(42)
np.random.seed(42)


# In[2]:
class PharmacyEnv:
    """One episode = one season of 90 days. Each morning order 0, 20, 40 or 60 packs."""

    ORDER = [0, 20, 40, 60]

    def reset(self):
        self.day = 0
        self.stock = 50
        self.pipeline = [0, 0, 0]
        self.level = np.random.uniform(10, 30)
        self.sold = 0
        return self.get_state()

    def get_state(self):
        return np.array([self.stock / 100, sum(self.pipeline) / 100, self.sold / 30, self.day / 90], dtype=np.float32)

    def step(self, action):
        self.stock += self.pipeline.pop(0)
        self.pipeline.append(self.ORDER[action])
        demand = np.random.poisson(self.level)
        self.level = max(5, self.level + np.random.normal(0, 1))
        self.sold = min(demand, self.stock)
        missed = demand - self.sold
        self.stock -= self.sold
        spoiled = max(0, self.stock - 150)
        self.stock -= spoiled
        reward = self.sold * 0.1 - missed * 0.2 - self.stock * 0.005 - spoiled * 0.1
        self.day += 1
        return self.get_state(), reward, self.day >= 90


# In[3]:
class OrderPolicy(nn.Module):
    def __init__(self, n_in=4, n_hidden=64, n_out=4):
        super().__init__()
        self.lstm = nn.LSTMCell(n_in, n_hidden)
        self.policy = nn.Linear(n_hidden, n_out)
        self.value = nn.Linear(n_hidden, 1)

    def forward(self, x, hidden):
        h, c = self.lstm(x, hidden)
        return torch.softmax(self.policy(h), dim=-1), self.value(h), (h, c)


env = PharmacyEnv()
policy = OrderPolicy()
optimizer = optim.Adam(policy.parameters(), lr=1e-3)
gamma = 0.97
n_episodes = 3000


# In[4]:
def discount(rewards, gamma):
    out = []
    g = 0
    for r in rewards[::-1]:
        g = r + gamma * g
        out.insert(0, g)
    return torch.tensor(out, dtype=torch.float32)


# In[5]:
history = []
hidden = (torch.zeros(1, 64), torch.zeros(1, 64))

for episode in range(n_episodes):
    state = env.reset()
    done = False
    log_probs, values, rewards, entropies = [], [], [], []

    while not done:
        probs, value, hidden = policy(torch.from_numpy(state).unsqueeze(0), hidden)
        dist = Categorical(probs)
        action = dist.sample()
        state, reward, done = env.step(action.item())
        log_probs.append(dist.log_prob(action))
        entropies.append(dist.entropy())
        values.append(value.squeeze())
        rewards.append(reward)

    hidden = (hidden[0].detach(), hidden[1].detach())

    returns = discount(rewards, gamma)
    values = torch.stack(values)
    advantage = returns - values.detach()
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    policy_loss = -(torch.cat(log_probs) * advantage).mean()
    value_loss = nn.functional.mse_loss(values, returns)
    loss = policy_loss + 0.5 * value_loss - 0.01 * torch.cat(entropies).mean()

    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
    optimizer.step()

    history.append(sum(rewards))
    if episode % 100 == 0:
        print(f"Episode {episode}\tprofit {np.mean(history[-100:]):.2f}\tloss {loss.item():.3f}")


# In[6]:
smooth = np.convolve(history, np.ones(50) / 50, mode="valid")
plt.plot(history, alpha=0.3, label="season")
plt.plot(smooth, label="mean of 50")
plt.xlabel("episode")
plt.ylabel("profit")
plt.legend()
plt.savefig("pharmacy.png")

# In[7]:
torch.save(policy.state_dict(), "pharmacy_policy.pth")
