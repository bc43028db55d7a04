"""Rates a fresh policy against the pool on a big vectorised arena.

The arena runs continuously: a match that ends restarts at once in its slot.
"""
import argparse

import numpy as np
import pufferlib.pytorch
import pufferlib.vector
import torch

from crowd.policies import make_policy
from crowd.pool import Pool


def zero_state(n, hidden, device):
    return dict(lstm_h=torch.zeros(n, hidden, device=device), lstm_c=torch.zeros(n, hidden, device=device))


def rate(args):
    device = args.device
    env = pufferlib.vector.make(args.env_creator, num_envs=args.num_envs, backend=pufferlib.vector.Multiprocessing)
    team_a, team_b = make_policy(env.driver_env, device), make_policy(env.driver_env, device)
    pool = Pool(args.pool, device)
    me = args.name
    team_a.load_state_dict(pool.weights(me))
    foe = pool.near(pool.elo[me])
    team_b.load_state_dict(pool.weights(foe))

    n = env.num_agents
    half = n // 2
    state_a = zero_state(half, team_a.hidden_size, device)
    state_b = zero_state(n - half, team_b.hidden_size, device)
    ob, _ = env.reset(seed=args.seed)
    won = played = 0
    for step in range(args.steps):
        ob = torch.as_tensor(ob).to(device)
        with torch.no_grad():
            logits_a, _ = team_a.forward_eval(ob[:half], state_a)
            logits_b, _ = team_b.forward_eval(ob[half:], state_b)
            act_a, _, _ = pufferlib.pytorch.sample_logits(logits_a)
            act_b, _, _ = pufferlib.pytorch.sample_logits(logits_b)
        action = torch.cat([act_a, act_b]).cpu().numpy().reshape(env.action_space.shape)
        ob, reward, terminal, truncation, info = env.step(action)

        done = np.logical_or(terminal, truncation)
        ended = torch.as_tensor(done, device=device)
        for state, mask in ((state_a, ended[:half]), (state_b, ended[half:])):
            state["lstm_h"][mask] = 0
            state["lstm_c"][mask] = 0
        over = done[:half]
        played += int(over.sum())
        won += int((reward[:half][over] > 0).sum())

        if played >= args.matches_per_foe:
            pool.result(me, foe, won / played)
            print(f"{step}: {won}/{played} against {foe}, now {pool.elo[me]:.0f}")
            won = played = 0
            foe = pool.near(pool.elo[me])
            team_b.load_state_dict(pool.weights(foe))
    env.close()
    return pool.elo[me]


def main():
    from tanks.puffer import env_creator

    p = argparse.ArgumentParser()
    p.add_argument("name")
    p.add_argument("--pool", default="pool")
    p.add_argument("--num-envs", type=int, default=64)
    p.add_argument("--steps", type=int, default=50_000)
    p.add_argument("--matches-per-foe", type=int, default=500)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = p.parse_args()
    args.env_creator = env_creator
    print(f"{args.name}: {rate(args):.0f}")


if __name__ == "__main__":
    main()
