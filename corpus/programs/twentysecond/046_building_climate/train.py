import random

import torch

from climate import ClimatePolicy, Zone
from evaluate import run_day

EPISODES_PER_BATCH = 16
GAMMA = 0.95


def collect(policy, seed):
    zone = Zone(seed)
    obs, over = zone.reset(), False
    hidden = policy.init_hidden()
    xs, acts, logps, rews = [], [], [], []
    while not over:
        a, logp, hidden = policy.act(obs, hidden)
        xs.append(obs)
        acts.append(a)
        logps.append(logp)
        obs, r, over = zone.step(*a.tolist())
        rews.append(r)
    g, rets = 0.0, []
    for r in reversed(rews):
        g = r + GAMMA * g
        rets.insert(0, g)
    return torch.stack(xs), torch.stack(acts), torch.stack(logps), torch.tensor(rets, dtype=torch.float32)


def main():
    torch.manual_seed(0)
    policy = ClimatePolicy()
    opt = torch.optim.Adam(policy.parameters(), lr=1e-3)
    best = -1e9
    for it in range(800):
        batch = [collect(policy, random.randrange(10 ** 6)) for _ in range(EPISODES_PER_BATCH)]
        for _ in range(3):
            loss = 0.0
            for x, a, old, ret in batch:
                dist, v, _ = policy(x, policy.init_hidden())
                ratio = (dist.log_prob(a).sum(1) - old).exp()
                adv = (ret - v).detach()
                loss = loss - torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
                loss = loss + 0.5 * (v - ret).pow(2).mean()
            opt.zero_grad()
            (loss / EPISODES_PER_BATCH).backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            opt.step()
        if it % 10 == 0:
            score = sum(run_day(policy, Zone(9000 + k)) for k in range(5)) / 5
            print(it, "score", round(score, 2))
            if score > best:
                best = score
                torch.save(policy.state_dict(), "climate.pt")


if __name__ == "__main__":
    main()
