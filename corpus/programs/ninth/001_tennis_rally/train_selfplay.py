import argparse
import os
import random

import numpy as np
import pfrl
import torch
from pfrl.agents import PPO
from pfrl.policies import SoftmaxCategoricalHead
from torch import nn

from tennis_env import RallyEnv


def build_agent(args, lr):
    model = pfrl.nn.RecurrentSequential(
        nn.Linear(RallyEnv.obs_dim, args.hidden),
        nn.Tanh(),
        nn.LSTM(input_size=args.hidden, hidden_size=args.hidden),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(args.hidden, RallyEnv.n_actions), SoftmaxCategoricalHead()),
            nn.Linear(args.hidden, 1),
        ),
    )
    opt = torch.optim.Adam(model.parameters(), lr=lr, eps=1e-5)
    return PPO(
        model,
        opt,
        gpu=-1,
        gamma=0.99,
        update_interval=args.update_interval,
        minibatch_size=256,
        epochs=4,
        entropy_coef=0.01,
        recurrent=True,
        max_recurrent_sequence_len=32,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--update-interval", type=int, default=2048)
    parser.add_argument("--save-every", type=int, default=20_000)
    parser.add_argument("--swap-every", type=int, default=5_000)
    parser.add_argument("--pool-size", type=int, default=20)
    parser.add_argument("--outdir", default="results/tennis")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    pfrl.utils.set_random_seed(args.seed)
    random.seed(args.seed)
    os.makedirs(args.outdir, exist_ok=True)

    env = RallyEnv(seed=args.seed)
    learner = build_agent(args, args.lr)
    opponent = build_agent(args, args.lr)

    pool = []
    wins = []
    obs_a, obs_b = env.reset()
    for t in range(1, args.steps + 1):
        act_a = learner.act(obs_a)
        with opponent.eval_mode():
            act_b = opponent.act(obs_b)

        (obs_a, obs_b), (rew_a, rew_b), done = env.step(act_a, act_b)

        learner.observe(obs_a, rew_a, done, False)
        with opponent.eval_mode():
            opponent.observe(obs_b, rew_b, done, False)

        if done:
            wins.append(float(env.score[0] > env.score[1]))
            obs_a, obs_b = env.reset()

        if t % args.save_every == 0:
            path = os.path.join(args.outdir, f"gen_{t}")
            learner.save(path)
            pool.append(path)
            pool = pool[-args.pool_size:]
            print(f"step {t}  winrate {np.mean(wins[-100:]):.2f}  pool {len(pool)}")
            print(learner.get_statistics())

        if pool and t % args.swap_every == 0:
            choice = random.choice(pool)
            opponent.load(choice)

    learner.save(os.path.join(args.outdir, "final"))


if __name__ == "__main__":
    main()
