"""IMPALA in miniature: Ray actors, one learner with V-trace."""
import argparse
from collections import deque

import gymnasium as gym
import numpy as np
import ray
import torch
import torch.nn.functional as F

from actor import RolloutActor
from nets import FarmNet


def vtrace(log_rhos, discounts, rewards, values, bootstrap):
    rhos = log_rhos.exp().clamp(max=1.0)
    next_values = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    deltas = rhos * (rewards + discounts * next_values - values)
    acc, vs_minus_v = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(deltas))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        vs_minus_v.append(acc)
    vs = torch.stack(vs_minus_v[::-1]) + values
    next_vs = torch.cat([vs[1:], bootstrap.unsqueeze(0)])
    return vs, rhos * (rewards + discounts * next_vs - values)


def stack_batch(trajs):
    def col(key, dtype):
        return torch.as_tensor(np.stack([t[key] for t in trajs], axis=1), dtype=dtype)

    return (col("obs", torch.float32), col("first", torch.bool), col("action", torch.long),
            col("reward", torch.float32), col("done", torch.float32), col("logits", torch.float32))


def learn(net, opt, trajs, states, gamma=0.99):
    obs, first, action, reward, done, behaviour = stack_batch(trajs)
    state = tuple(torch.cat(parts, dim=1) for parts in zip(*states))
    logits, values, _ = net(obs, first, state)
    logits, bootstrap, values = logits[:-1], values[-1].detach(), values[:-1]
    dist = torch.distributions.Categorical(logits=logits)
    old = torch.distributions.Categorical(logits=behaviour)
    with torch.no_grad():
        vs, adv = vtrace(dist.log_prob(action) - old.log_prob(action), gamma * (1 - done), reward, values, bootstrap)
    loss = -(dist.log_prob(action) * adv).mean() + 0.5 * F.mse_loss(values, vs) - 0.01 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="Acrobot-v1")
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=40)
    ap.add_argument("--batch", type=int, default=4)
    ap.add_argument("--updates", type=int, default=20000)
    args = ap.parse_args()

    ray.init()
    probe = gym.make(args.env)
    net = FarmNet(probe.observation_space.shape[0], probe.action_space.n)
    opt = torch.optim.RMSprop(net.parameters(), lr=6e-4, eps=0.01)

    actors = [RolloutActor.remote(i, args.env, args.unroll) for i in range(args.actors)]
    weights = ray.put(net.state_dict())
    running = {actor.unroll.remote(weights): actor for actor in actors}
    returns = deque(maxlen=100)

    for update in range(args.updates):
        ready, _ = ray.wait(list(running), num_returns=args.batch)
        owners = [running.pop(ref) for ref in ready]
        results = ray.get(ready)
        trajs, states, finished = zip(*results)
        for f in finished:
            returns.extend(f)
        loss = learn(net, opt, trajs, states)
        weights = ray.put(net.state_dict())
        for actor in owners:
            running[actor.unroll.remote(weights)] = actor
        if update % 200 == 0 and returns:
            print(f"update {update} loss {loss:.3f} return {np.mean(returns):.1f}")


if __name__ == "__main__":
    main()
