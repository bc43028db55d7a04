import argparse
import copy
import random
from collections import deque

import torch

from env import PaddleDuelEnv
from policy import PaddlePolicy


def parse_args():
    p = argparse.ArgumentParser(description="Self-play A2C on paddle duel")
    p.add_argument("--updates", type=int, default=5000)
    p.add_argument("--rollout", type=int, default=64)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--snapshot-every", type=int, default=50)
    p.add_argument("--swap-every", type=int, default=10)
    p.add_argument("--pool-size", type=int, default=20)
    return p.parse_args()


def main():
    args = parse_args()
    env = PaddleDuelEnv()
    policy = PaddlePolicy()
    optimizer = torch.optim.Adam(policy.parameters(), lr=args.lr)

    pool = deque(maxlen=args.pool_size)
    pool.append(copy.deepcopy(policy.state_dict()))
    env.set_opponent(pool[0])

    obs = env.reset()
    hidden = policy.initial_hidden()
    returns, episode_return = deque(maxlen=50), 0.0

    for update in range(1, args.updates + 1):
        hidden = tuple(h.detach() for h in hidden)
        log_probs, values, rewards, dones, entropies = [], [], [], [], []
        for _ in range(args.rollout):
            dist, value, hidden = policy(torch.from_numpy(obs).unsqueeze(0), hidden)
            action = dist.sample()
            obs, reward, done = env.step(action.item())
            log_probs.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(reward)
            dones.append(done)
            episode_return += reward
            if done:
                returns.append(episode_return)
                episode_return = 0.0
                obs = env.reset()
                hidden = policy.initial_hidden()

        with torch.no_grad():
            _, ret, _ = policy(torch.from_numpy(obs).unsqueeze(0), hidden)
        targets = []
        for r, d in zip(reversed(rewards), reversed(dones)):
            ret = r + args.gamma * ret * (1.0 - float(d))
            targets.insert(0, ret)
        targets = torch.cat(targets)
        values = torch.cat(values)
        adv = targets - values.detach()
        loss = (-(torch.cat(log_probs) * adv).mean()
                + 0.5 * (targets - values).pow(2).mean()
                - 0.01 * torch.cat(entropies).mean())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        optimizer.step()

        if update % args.snapshot_every == 0:
            pool.append(copy.deepcopy(policy.state_dict()))
        if update % args.swap_every == 0:
            env.set_opponent(random.choice(pool))
        if update % 100 == 0 and returns:
            print(f"update {update}: mean return {sum(returns) / len(returns):.2f}, pool {len(pool)}")

    torch.save(policy.state_dict(), "paddle_policy.pt")


if __name__ == "__main__":
    main()
