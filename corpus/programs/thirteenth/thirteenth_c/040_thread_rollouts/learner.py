import queue
import statistics

import gymnasium as gym
import torch
from torch import nn
from torch.nn import functional as F

from workers import Episode, RolloutThread, WeightStore

N_THREADS = 6
BATCH_EPISODES = 12
GAMMA = 0.99


class Net(nn.Module):
    def __init__(self, n_obs=6, n_act=3, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(n_obs, hidden, batch_first=True)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def start(self):
        return torch.zeros(1, 1, self.hidden)

    def forward(self, x, memory):
        y, memory = self.gru(x, memory)
        return self.pi(y), self.v(y).squeeze(-1), memory


def episode_loss(net: Net, ep: Episode) -> torch.Tensor:
    x = torch.stack(ep.obs).unsqueeze(0)
    logits, values, _ = net(x, net.start())
    returns, g = [], 0.0
    for r in reversed(ep.rewards):
        g = r + GAMMA * g
        returns.append(g)
    returns = torch.tensor(returns[::-1])
    dist = torch.distributions.Categorical(logits=logits[0])
    adv = returns - values[0]
    pg = -(dist.log_prob(torch.tensor(ep.actions)) * adv.detach()).mean()
    return pg + 0.5 * F.mse_loss(values[0], returns) - 0.01 * dist.entropy().mean()


def main():
    net = Net()
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    store = WeightStore(net)
    episodes: queue.Queue = queue.Queue(maxsize=2 * BATCH_EPISODES)
    threads = [RolloutThread(lambda: gym.make("Acrobot-v1"), Net, store, episodes) for _ in range(N_THREADS)]
    for t in threads:
        t.start()
    try:
        for it in range(3000):
            batch = [episodes.get() for _ in range(BATCH_EPISODES)]
            loss = sum(episode_loss(net, ep) for ep in batch) / len(batch)
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
            store.publish(net)
            if it % 20 == 0:
                lag = store.version - min(ep.version for ep in batch)
                mean = statistics.mean(sum(ep.rewards) for ep in batch)
                print(f"{it:5d} return {mean:8.1f} loss {loss.item():.3f} lag {lag}")
    finally:
        for t in threads:
            t.stopped.set()


if __name__ == "__main__":
    main()
