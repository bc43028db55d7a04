import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from cooling_env import CoolingEnv


def make_member(idx, rng, args):
    env = make_vec_env(CoolingEnv, n_envs=args.n_envs, seed=100 * idx)
    return RecurrentPPO(
        "MlpLstmPolicy",
        env,
        learning_rate=float(10 ** rng.uniform(-4.5, -3)),
        ent_coef=float(10 ** rng.uniform(-4, -2)),
        n_steps=100,
        batch_size=200,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1),
        tensorboard_log=os.path.join(args.out, "tb"),
        seed=idx,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--population", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--n-envs", type=int, default=4)
    parser.add_argument("--out", default="cooling_pbt")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)

    rng = np.random.default_rng(0)
    members = [make_member(i, rng, args) for i in range(args.population)]
    eval_env = make_vec_env(CoolingEnv, n_envs=1, seed=9999)

    for rnd in range(args.rounds):
        scores = []
        for i, model in enumerate(members):
            model.learn(total_timesteps=args.steps, reset_num_timesteps=False, tb_log_name=f"member_{i}")
            mean, std = evaluate_policy(model, eval_env, n_eval_episodes=5, deterministic=True)
            scores.append(mean)
            print(f"round {rnd} member {i}: {mean:.1f} +- {std:.1f}")

        best, worst = int(np.argmax(scores)), int(np.argmin(scores))
        ckpt = os.path.join(args.out, "best.zip")
        members[best].save(ckpt)

        if best != worst:
            members[worst].set_parameters(ckpt)
            members[worst].ent_coef = members[best].ent_coef * float(rng.choice([0.8, 1.25]))
            print(f"member {worst} takes over from member {best}, ent_coef {members[worst].ent_coef:.5f}")


if __name__ == "__main__":
    main()
