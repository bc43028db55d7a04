import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from sprayer_env import Sprayer

OUT = "runs/sprayer"
WINDS = [0.1, 0.2, 0.35]


def envs(wind, n=8, seed=0):
    return make_vec_env(Sprayer, n_envs=n, seed=seed, env_kwargs=dict(wind=wind))


def eval_callback(wind, folder):
    return EvalCallback(
        envs(wind, n=4, seed=1000),
        best_model_save_path=folder,
        log_path=folder,
        eval_freq=2000,
        n_eval_episodes=16,
        deterministic=True,
    )


def train_stage(model, wind, folder, steps):
    model.learn(steps, callback=eval_callback(wind, folder), reset_num_timesteps=False)
    return os.path.join(folder, "best_model.zip")


def main():
    model = RecurrentPPO(
        "MlpLstmPolicy",
        envs(WINDS[0]),
        n_steps=120,
        batch_size=240,
        gamma=0.95,
        policy_kwargs=dict(lstm_hidden_size=48, n_lstm_layers=1),
        verbose=1,
        seed=7,
    )
    table = []
    for i, wind in enumerate(WINDS):
        folder = os.path.join(OUT, f"wind{wind}")
        best = train_stage(model, wind, folder, steps=150_000)
        following = WINDS[min(i + 1, len(WINDS) - 1)]
        model = RecurrentPPO.load(best, env=envs(following, seed=i + 1))

        mean, std = evaluate_policy(model, envs(wind, n=4, seed=5000), n_eval_episodes=40)
        table.append((wind, mean, std))

    for wind, mean, std in table:
        print(f"wind {wind:.2f}: {mean:6.2f} +- {std:.2f}")

    env = Sprayer(wind=0.5)
    totals = []
    for ep in range(20):
        obs, _ = env.reset(seed=ep)
        state, start = None, np.array([True])
        total, over = 0.0, False
        while not over:
            dose, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(int(dose))
            total += r
            over = term or trunc
            start = np.array([over])
        totals.append(total)
    print(f"storm: {np.mean(totals):.2f}")
    model.save(os.path.join(OUT, "final"))


if __name__ == "__main__":
    main()
