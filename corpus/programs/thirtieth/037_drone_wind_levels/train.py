import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from drone_env import DroneLanding

WINDS = [0.0, 0.3, 0.6, 1.0, 1.5]


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--steps", type=int, default=16_384)
    ap.add_argument("--goal", type=float, default=6.5, help="mean return that opens the next wind level")
    ap.add_argument("--slack", type=float, default=4.0)
    ap.add_argument("--out", default="drone_out")
    return ap.parse_args()


def main():
    args = parse()
    os.makedirs(args.out, exist_ok=True)
    ckpt = os.path.join(args.out, "level_best.zip")

    train_env = make_vec_env(DroneLanding, n_envs=8, seed=0)
    eval_env = make_vec_env(DroneLanding, n_envs=1, seed=1000)
    model = RecurrentPPO("MlpLstmPolicy", train_env, n_steps=256, batch_size=256, learning_rate=2.5e-4,
                         gamma=0.995, ent_coef=0.002, policy_kwargs=dict(lstm_hidden_size=64), seed=0, verbose=0)

    level, best = 0, -np.inf
    for rnd in range(args.rounds):
        model.learn(args.steps, reset_num_timesteps=False)
        mean, std = evaluate_policy(model, eval_env, n_eval_episodes=20)
        print(f"[{rnd:03d}] wind {WINDS[level]:.1f}: {mean:6.2f} +- {std:.2f} (best {best:.2f})")

        if mean > best:
            best = mean
            model.save(ckpt)
        elif mean < best - args.slack:
            print("      collapsed, going back to the best of this level")
            model.set_parameters(ckpt)

        if mean >= args.goal:
            model.save(os.path.join(args.out, f"wind_{WINDS[level]:.1f}.zip"))
            if level == len(WINDS) - 1:
                break
            level += 1
            train_env.env_method("set_wind", WINDS[level])
            eval_env.env_method("set_wind", WINDS[level])
            best = -np.inf

    model.save(os.path.join(args.out, "final.zip"))


if __name__ == "__main__":
    main()
