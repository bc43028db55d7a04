import argparse
import pathlib

import torch
from torchrl.envs import ExplorationType, set_exploration_type
from torchrl.modules import set_recurrent_mode

from agent import policy_and_env


def returns_to_go(reward, gamma):
    out, g = torch.zeros_like(reward), 0.0
    for t in reversed(range(reward.shape[0])):
        g = reward[t] + gamma * g
        out[t] = g
    return out


@torch.no_grad()
def exam(policy, env, n, limit):
    total = 0.0
    with set_exploration_type(ExplorationType.DETERMINISTIC):
        for _ in range(n):
            total += env.rollout(limit, policy)["next", "reward"].sum().item()
    return total / n


def train(a):
    policy, env = policy_and_env(a.seed, limit=a.limit)
    opt = torch.optim.Adam(policy.parameters(), lr=a.lr)
    a.out.mkdir(parents=True, exist_ok=True)
    peak_file, peak, misses = a.out / "peak.pt", -1.0, 0
    for it in range(a.iterations):
        losses = []
        for _ in range(a.episodes):
            with torch.no_grad():
                run = env.rollout(a.limit, policy)
            ret = returns_to_go(run["next", "reward"].squeeze(-1), a.gamma)
            ret = (ret - ret.mean()) / (ret.std() + 1e-6)
            with set_recurrent_mode(True):
                dist = policy.get_dist(run.select("observation", "is_init", "recurrent_state", strict=False))
            losses.append(-(dist.log_prob(run["action"]) * ret).mean())
        opt.zero_grad()
        torch.stack(losses).mean().backward()
        opt.step()
        if it % a.exam_every:
            continue
        mark = exam(policy, env, 10, a.limit)
        print(it, mark, peak)
        if mark >= peak:
            peak, misses = mark, 0
            torch.save(policy.state_dict(), peak_file)
        else:
            misses += 1
        if misses >= a.patience:
            policy.load_state_dict(torch.load(peak_file))
            opt = torch.optim.Adam(policy.parameters(), lr=a.lr * 0.5)
            misses = 0
    policy.load_state_dict(torch.load(peak_file))
    print("peak policy over 100 runs:", exam(policy, env, 100, a.limit))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--limit", type=int, default=300)
    p.add_argument("--episodes", type=int, default=8)
    p.add_argument("--iterations", type=int, default=500)
    p.add_argument("--exam-every", type=int, default=10)
    p.add_argument("--patience", type=int, default=4)
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path("relay"))
    train(p.parse_args())
