"""Distributed recurrent DDPG, the small way: one learner, N actor processes, pipes."""
import argparse
import multiprocessing as mp
import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch

from rdpg.actor import actor_main
from rdpg.models import Actor, Critic


def batch(replay, n, device):
    seqs = random.sample(replay, n)
    return [torch.as_tensor(np.stack([s[i] for s in seqs]), dtype=torch.float32, device=device) for i in range(4)]


def soft(target, online, tau):
    with torch.no_grad():
        for t, o in zip(target.parameters(), online.parameters()):
            t.lerp_(o, tau)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="Pendulum-v1")
    p.add_argument("--actors", type=int, default=4)
    p.add_argument("--seq", type=int, default=32)
    p.add_argument("--updates", type=int, default=50_000)
    p.add_argument("--push-every", type=int, default=10)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--tau", type=float, default=0.005)
    args = p.parse_args()
    env = gym.make(args.env)
    n_obs, n_act = env.observation_space.shape[0], env.action_space.shape[0]
    pi, pi_t = Actor(n_obs, n_act), Actor(n_obs, n_act)
    q, q_t = Critic(n_obs, n_act), Critic(n_obs, n_act)
    pi_t.load_state_dict(pi.state_dict())
    q_t.load_state_dict(q.state_dict())
    opt_pi = torch.optim.Adam(pi.parameters(), lr=1e-4)
    opt_q = torch.optim.Adam(q.parameters(), lr=1e-3)

    pipes, data = [], mp.Queue(maxsize=200)
    for rank in range(args.actors):
        here, there = mp.Pipe()
        mp.Process(target=actor_main, args=(rank, args.env, args.seq, there, data), daemon=True).start()
        pipes.append(here)

    replay = deque(maxlen=20_000)
    for update in range(args.updates):
        while len(replay) < 500 or not data.empty():
            replay.append(data.get())
        obs, act, rew, notdone = batch(replay, 64, "cpu")
        with torch.no_grad():
            a_next, _ = pi_t(obs, None)
            target = q_t(obs, a_next)
            y = rew[:, :-1] + args.gamma * notdone[:, :-1] * target[:, 1:]
        loss_q = (q(obs, act)[:, :-1] - y).pow(2).mean()
        opt_q.zero_grad()
        loss_q.backward()
        opt_q.step()
        a, _ = pi(obs, None)
        loss_pi = -q(obs, a).mean()
        opt_pi.zero_grad()
        loss_pi.backward()
        opt_pi.step()
        soft(pi_t, pi, args.tau)
        soft(q_t, q, args.tau)
        if update % args.push_every == 0:
            params = {k: v.detach().clone() for k, v in pi.state_dict().items()}
            for pipe in pipes:
                pipe.send(params)
        if update % 1000 == 0:
            print(update, float(loss_q), float(loss_pi), len(replay))


if __name__ == "__main__":
    main()
