import argparse
from collections import deque
import random

import gymnasium as gym
import numpy as np
import popgym  # noqa: F401
import ray
import torch
import torch.nn.functional as F

from actor import Actor
from network import RecurrentQ


def update(net, target, opt, batch, gamma, burn_in):
    obs, act, rew, term, start = (torch.from_numpy(np.stack([s[k] for s in batch], 1)) for k in batch[0])
    q = net.unroll(obs, start)
    with torch.no_grad():
        tq = target.unroll(obs, start)
        nxt = tq[1:].gather(-1, q[1:].argmax(-1, keepdim=True)).squeeze(-1)
        y = rew[:-1] + gamma * (1 - term[:-1]) * nxt
    pred = q[:-1].gather(-1, act[:-1].long().unsqueeze(-1)).squeeze(-1)
    loss = F.smooth_l1_loss(pred[burn_in:], y[burn_in:])
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="popgym-RepeatPreviousEasy-v0")
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--length", type=int, default=80)
    p.add_argument("--burn-in", type=int, default=20)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--target-every", type=int, default=1000)
    p.add_argument("--push-every", type=int, default=25)
    p.add_argument("--updates", type=int, default=300_000)
    args = p.parse_args()

    ray.init()
    env = gym.make(args.env)
    dims = int(np.prod(env.observation_space.shape)), int(env.action_space.n)
    net, target = RecurrentQ(*dims), RecurrentQ(*dims)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    replay, returns = deque(maxlen=20_000), deque(maxlen=200)

    weights = ray.put(net.state_dict())
    actors = [Actor.remote(args.env, i, args.actors) for i in range(args.actors)]
    jobs = {a.collect.remote(args.length, weights): a for a in actors}
    for step in range(args.updates):
        ready, _ = ray.wait(list(jobs), timeout=None if len(replay) < 500 else 0)
        for ref in ready:
            a = jobs.pop(ref)
            seq, rets = ray.get(ref)
            replay.append(seq)
            returns.extend(rets)
            jobs[a.collect.remote(args.length, weights)] = a
        if len(replay) < 500:
            continue
        loss = update(net, target, opt, random.sample(replay, args.batch), 0.99, args.burn_in)
        if step % args.push_every == 0:
            weights = ray.put(net.state_dict())
        if step % args.target_every == 0:
            target.load_state_dict(net.state_dict())
            print(step, f"loss {loss:.4f} return {np.mean(returns):.3f} replay {len(replay)}")


if __name__ == "__main__":
    main()
