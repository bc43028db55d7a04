import argparse

import torch
from torch.utils.tensorboard import SummaryWriter

from farm import WakeFarm
from model import EMA, YawPolicy


@torch.no_grad()
def evaluate(policy, farm, steps):
    obs = farm.restart()
    policy.reset_hidden(farm.n)
    total = 0.0
    for _ in range(steps):
        dist, _ = policy(obs)
        obs, reward = farm.step(dist.probs.argmax(-1))
        total += reward.mean().item()
    return total / steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turbines", type=int, default=10)
    parser.add_argument("--updates", type=int, default=50_000)
    parser.add_argument("--n-steps", type=int, default=20)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--lr", type=float, default=7e-4)
    parser.add_argument("--eval-every", type=int, default=500)
    args = parser.parse_args()

    farm, eval_farm = WakeFarm(args.turbines, seed=0), WakeFarm(args.turbines, seed=99)
    policy = YawPolicy(WakeFarm.N_FEAT)
    ema = EMA(policy)
    opt = torch.optim.RMSprop(policy.parameters(), lr=args.lr, eps=1e-5)
    writer = SummaryWriter()

    obs = farm.observe()
    policy.reset_hidden(args.turbines)
    for update in range(1, args.updates + 1):
        policy.detach_hidden()
        logps, values, rewards, ents = [], [], [], []
        for _ in range(args.n_steps):
            dist, value = policy(obs)
            action = dist.sample()
            obs, reward = farm.step(action)
            logps.append(dist.log_prob(action))
            values.append(value)
            rewards.append(reward)
            ents.append(dist.entropy())

        ret = values[-1].detach()
        returns = []
        for r in reversed(rewards):
            ret = r + args.gamma * ret
            returns.insert(0, ret)
        returns, values = torch.stack(returns), torch.stack(values)
        adv = returns - values
        loss = (-(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
                - 0.01 * torch.stack(ents).mean())
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        opt.step()
        ema.update()

        if update % args.eval_every == 0:
            ema.apply_shadow()
            power = evaluate(policy, eval_farm, 300)
            torch.save(policy.state_dict(), "yaw_ema.pt")
            ema.restore()
            writer.add_scalar("eval/power", power, update)
            writer.add_scalar("train/reward", torch.stack(rewards).mean().item(), update)
            print(f"{update}: eval power {power:.4f}")


if __name__ == "__main__":
    main()
