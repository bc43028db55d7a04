import torch
import torch.nn as nn
import torch.nn.functional as F

from delve import ACTIONS, encode, make_env


class DelverNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.glyph = nn.Embedding(256, 8)
        self.conv = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ELU(), nn.Conv2d(16, 16, 3), nn.ELU(), nn.Flatten())
        self.gru = nn.GRUCell(16 * 9 + 2, 128)
        self.policy = nn.Linear(128, len(ACTIONS))
        self.value = nn.Linear(128, 1)

    def forward(self, chars, stats, h):
        x = self.conv(self.glyph(chars.unsqueeze(0)).permute(0, 3, 1, 2))
        h = self.gru(torch.cat([x, stats.unsqueeze(0)], dim=1), h)
        return self.policy(h), self.value(h).squeeze(-1), h


def run_episode(env, net):
    h = torch.zeros(1, 128)
    obs, _ = env.reset()
    logps, values, entropies, rewards = [], [], [], []
    over = False
    while not over:
        logits, v, h = net(*encode(obs), h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, terminated, truncated, _ = env.step(a.item())
        over = terminated or truncated
        logps.append(dist.log_prob(a))
        values.append(v)
        entropies.append(dist.entropy())
        rewards.append(float(r))
    return torch.cat(logps), torch.cat(values), torch.cat(entropies), rewards


def worker(rank, shared, optimizer, lock, counter, results, cfg):
    torch.manual_seed(cfg.seed + rank)
    torch.set_num_threads(1)
    env = make_env(cfg.env, cfg.seed + rank)
    net = DelverNet()
    while counter.value < cfg.episodes:
        net.load_state_dict(shared.state_dict())
        logps, values, entropies, rewards = run_episode(env, net)

        ret, returns = 0.0, []
        for r in reversed(rewards):
            ret = r + cfg.gamma * ret
            returns.append(ret)
        returns = torch.tensor(returns[::-1])
        adv = returns - values.detach()
        loss = -(logps * adv).sum() + 0.5 * F.mse_loss(values, returns, reduction="sum") - cfg.beta * entropies.sum()
        net.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        with lock:
            for mine, theirs in zip(net.parameters(), shared.parameters()):
                theirs.grad = mine.grad.clone()
            optimizer.step()
            counter.value += 1
        results.put((rank, sum(rewards), len(rewards)))
    results.put(None)
