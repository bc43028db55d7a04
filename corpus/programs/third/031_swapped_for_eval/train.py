import argparse

import gymnasium as gym
import torch

from swapeval.borrow import Average, borrowed
from swapeval.evaluate import evaluate
from swapeval.policy import CarryingPolicy


def unroll(policy, envs, obs, n):
    policy.cut()
    tape = []
    for _ in range(n):
        dist, value = policy(torch.as_tensor(obs, dtype=torch.float32))
        a = dist.sample()
        obs, r, term, trunc, _ = envs.step(a.numpy())
        done = torch.as_tensor(term | trunc)
        policy.clear(done)
        tape.append((dist.log_prob(a), dist.entropy(), value, torch.as_tensor(r, dtype=torch.float32), done))
    return obs, tape


def loss_of(tape, gamma):
    ret, loss = tape[-1][2].detach(), 0.0
    for lp, ent, v, r, done in reversed(tape):
        ret = r + gamma * ret * (~done)
        adv = ret - v
        loss = loss + (0.5 * adv**2 - adv.detach() * lp - 0.01 * ent).mean()
    return loss / len(tape)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--updates", type=int, default=10_000)
    ap.add_argument("--eval-every", type=int, default=250)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()
    envs, test_env = gym.make_vec(args.env, num_envs=8), gym.make(args.env)
    policy = CarryingPolicy(envs.single_observation_space.shape[0], int(envs.single_action_space.n))
    opt = torch.optim.Adam(policy.parameters(), lr=7e-4)
    average = Average(policy)
    obs, _ = envs.reset(seed=0)
    for u in range(1, args.updates + 1):
        obs, tape = unroll(policy, envs, obs, 20)
        loss = loss_of(tape, args.gamma)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
        opt.step()
        average.feed(policy)
        if u % args.eval_every == 0:
            with borrowed(policy, average.values) as p:
                score = evaluate(p, test_env)
            print(f"{u} loss {loss.item():.3f} averaged policy {score:.1f}")


if __name__ == "__main__":
    main()
