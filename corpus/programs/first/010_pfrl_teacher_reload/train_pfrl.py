import argparse
import logging
import os

import gym
import numpy as np
import pfrl
import torch
from pfrl.agents import PPO
from torch import nn

logging.basicConfig(level=logging.INFO)


def make_model(obs_size, n_actions):
    return pfrl.nn.RecurrentSequential(
        nn.Linear(obs_size, 64),
        nn.ReLU(),
        nn.GRU(num_layers=1, input_size=64, hidden_size=64),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(64, n_actions), pfrl.policies.SoftmaxCategoricalHead()),
            nn.Linear(64, 1),
        ),
    )


def evaluate(agent, env, n):
    out = []
    with agent.eval_mode():
        for _ in range(n):
            o, R, done, reset = env.reset(), 0, False, False
            while not (done or reset):
                o, r, done, info = env.step(agent.act(o))
                R += r
                reset = info.get("needs_reset", False)
                agent.observe(o, r, done, reset)
            out.append(R)
    return np.mean(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="CartPole-v0")
    parser.add_argument("--outdir", default="results")
    parser.add_argument("--steps", type=int, default=10**6)
    parser.add_argument("--eval-interval", type=int, default=5000)
    args = parser.parse_args()

    env, eval_env = gym.make(args.env), gym.make(args.env)
    model = make_model(env.observation_space.low.size, env.action_space.n)
    opt = torch.optim.Adam(model.parameters(), lr=3e-4, eps=1e-5)
    agent = PPO(model, opt, gpu=-1, update_interval=2048, minibatch_size=64, epochs=10,
                recurrent=True, clip_eps=0.2, entropy_coef=0.01,
                phi=lambda x: np.asarray(x, dtype=np.float32))

    best = -np.inf
    best_dir = os.path.join(args.outdir, "best")
    rival_dir = os.path.join(args.outdir, "..", "rival", "best")
    obs = env.reset()
    for t in range(1, args.steps + 1):
        action = agent.act(obs)
        obs, reward, done, info = env.step(action)
        agent.observe(obs, reward, done, False)
        if done:
            obs = env.reset()
        if t % args.eval_interval == 0:
            score = evaluate(agent, eval_env, 10)
            logging.info("t=%d score=%.1f best=%.1f", t, score, best)
            if score > best:
                best = score
                agent.save(best_dir)
            elif score < 0.5 * best and os.path.isdir(rival_dir):
                agent.load(rival_dir)


if __name__ == "__main__":
    main()
