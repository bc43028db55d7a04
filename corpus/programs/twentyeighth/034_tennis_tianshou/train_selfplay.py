import argparse
from collections import deque
from copy import deepcopy

import numpy as np
import torch
from tianshou.data import Batch, ReplayBuffer
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from racket_env import RacketSports


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--stack", type=int, default=8)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--check-every", type=int, default=5000)
    parser.add_argument("--promote", type=float, default=0.2)
    parser.add_argument("--eps", type=float, default=0.1)
    parser.add_argument("--batch-size", type=int, default=64)
    return parser.parse_args()


def make_policy(args, env):
    net = Recurrent(layer_num=1, state_shape=env.obs_dim, action_shape=env.n_act, hidden_layer_size=64)
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    return DQNPolicy(net, optim, args.gamma, estimation_step=3, target_update_freq=500)


def choose(policy, obs, past):
    batch = Batch(obs=obs[None], info={})
    with torch.no_grad():
        out = policy(batch, past)
    act = policy.exploration_noise(out.act, batch)
    return int(act[0]), out.state


def main():
    args = get_args()
    env = RacketSports(seed=1)
    near, far = make_policy(args, env), make_policy(args, env)
    far.load_state_dict(deepcopy(near.state_dict()))
    near.set_eps(args.eps)
    far.set_eps(0.02)
    buffer = ReplayBuffer(50_000, stack_num=args.stack, ignore_obs_next=True)
    balance = deque(maxlen=400)

    near_obs, far_obs = env.reset()
    near_past, far_past = None, None
    generation = 0
    for step in range(1, args.steps + 1):
        near.eval()
        a, near_past = choose(near, near_obs, near_past)
        b, far_past = choose(far, far_obs, far_past)
        (next_near, next_far), reward, done = env.step((a, b))
        buffer.add(Batch(obs=near_obs, act=a, rew=reward, terminated=done, truncated=False, info={}))
        near_obs, far_obs = next_near, next_far
        if reward:
            balance.append(reward)
        if done:
            near_obs, far_obs = env.reset()
            near_past = far_past = None

        if step % 10 == 0 and len(buffer) > 1000:
            near.train()
            near.update(args.batch_size, buffer)

        if step % args.check_every == 0 and balance:
            edge = np.mean(balance)
            print(f"{step} generation {generation} edge {edge:+.2f}")
            if edge > args.promote:
                far.load_state_dict(deepcopy(near.state_dict()))
                generation += 1
                balance.clear()
                torch.save(near.state_dict(), f"tennis_gen{generation}.pth")


if __name__ == "__main__":
    main()
