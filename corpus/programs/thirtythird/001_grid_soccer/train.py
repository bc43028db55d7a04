import argparse
import os
import random

import numpy as np
import torch
import torch.nn.functional as F

from agents.past_self import PastSelf
from envs import VecSoccer
from models import LSTMActorCritic


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--num-envs", type=int, default=16)
    p.add_argument("--num-steps", type=int, default=20)
    p.add_argument("--updates", type=int, default=20000)
    p.add_argument("--save-every", type=int, default=200)
    p.add_argument("--swap-every", type=int, default=50)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--ent-coef", type=float, default=0.01)
    p.add_argument("--pool-dir", default="pool")
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


def main():
    args = parse_args()
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    os.makedirs(args.pool_dir, exist_ok=True)

    env = VecSoccer(args.num_envs, seed=args.seed)
    policy = LSTMActorCritic(6, 5)
    optim = torch.optim.RMSprop(policy.parameters(), lr=args.lr, eps=1e-5)
    rival = PastSelf(6, 5, args.num_envs, args.pool_dir)

    obs, rival_obs = env.reset()
    hx = torch.zeros(args.num_envs, policy.width)
    cx = torch.zeros(args.num_envs, policy.width)
    goals, games = 0.0, 0

    for update in range(1, args.updates + 1):
        hx, cx = hx.detach(), cx.detach()
        logps, values, entropies, rewards, masks = [], [], [], [], []
        for _ in range(args.num_steps):
            logits, value, hx, cx = policy(torch.as_tensor(obs), hx, cx)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            obs, rival_obs, reward, done = env.step(action.numpy(), rival.act(rival_obs))
            rival.episode_over(done)
            mask = torch.as_tensor(~done, dtype=torch.float32)
            hx, cx = hx * mask.unsqueeze(1), cx * mask.unsqueeze(1)
            logps.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(torch.as_tensor(reward))
            masks.append(mask)
            goals += float(reward.sum())
            games += int(done.sum())

        with torch.no_grad():
            _, ret, _, _ = policy(torch.as_tensor(obs), hx, cx)
        returns = []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + args.gamma * ret * m
            returns.insert(0, ret)
        returns, values = torch.stack(returns), torch.stack(values)
        adv = (returns - values).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(values, returns)
        loss = loss - args.ent_coef * torch.stack(entropies).mean()
        optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        optim.step()

        if update % args.save_every == 0:
            path = os.path.join(args.pool_dir, "v%07d.pt" % update)
            torch.save({"model": policy.state_dict(), "update": update}, path)
            print("update %d  games %d  goal diff %.3f" % (update, games, goals / max(games, 1)))
            goals, games = 0.0, 0
        if update % args.swap_every == 0:
            rival.sample_version()


if __name__ == "__main__":
    main()
