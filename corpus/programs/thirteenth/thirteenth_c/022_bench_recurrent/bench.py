# compare plain PPO and recurrent PPO on environments that need memory
import time

import gymnasium as gym
import numpy as np
import pandas as pd
import popgym  # noqa: F401
from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

ENVS = [
    "popgym-RepeatPreviousEasy-v0",
    "popgym-CountRecallEasy-v0",
    "popgym-HigherLowerEasy-v0",
    "popgym-NoisyPositionOnlyCartPoleEasy-v0",
]
SEEDS = [0, 1, 2]
STEPS = 1_000_000
N_ENVS = 16
EVAL_EPISODES = 100


def train_ppo(env_id, seed):
    venv = make_vec_env(env_id, n_envs=N_ENVS, seed=seed, wrapper_class=gym.wrappers.FlattenObservation)
    model = PPO("MlpPolicy", venv, n_steps=256, batch_size=512, ent_coef=0.01, seed=seed)
    model.learn(STEPS)
    return model


def train_recurrent(env_id, seed):
    venv = make_vec_env(env_id, n_envs=N_ENVS, seed=seed, wrapper_class=gym.wrappers.FlattenObservation)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=512,
        ent_coef=0.01,
        seed=seed,
        policy_kwargs={"lstm_hidden_size": 128, "enable_critic_lstm": False, "shared_lstm": True},
    )
    model.learn(STEPS)
    return model


def eval_ppo(model, env_id):
    venv = make_vec_env(env_id, n_envs=N_ENVS, seed=1000, wrapper_class=gym.wrappers.FlattenObservation)
    mean, std = evaluate_policy(model, venv, n_eval_episodes=EVAL_EPISODES)
    return mean, std


def eval_recurrent(model, env_id):
    venv = make_vec_env(env_id, n_envs=N_ENVS, seed=1000, wrapper_class=gym.wrappers.FlattenObservation)
    obs = venv.reset()
    lstm_states = None
    episode_start = np.ones((N_ENVS,), dtype=bool)
    scores = []
    running = np.zeros(N_ENVS)
    while len(scores) < EVAL_EPISODES:
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_start, deterministic=True)
        obs, reward, done, info = venv.step(action)
        running += reward
        for i in range(N_ENVS):
            if done[i]:
                scores.append(running[i])
                running[i] = 0
    return np.mean(scores), np.std(scores)


ALGOS = {"ppo": (train_ppo, eval_ppo), "rppo": (train_recurrent, eval_recurrent)}


def main():
    rows = []
    for env_id in ENVS:
        for name, (fit, evaluate) in ALGOS.items():
            for seed in SEEDS:
                t0 = time.time()
                model = fit(env_id, seed)
                minutes = (time.time() - t0) / 60
                mean, std = evaluate(model, env_id)
                model.save(f"bench/{name}_{env_id}_{seed}")
                rows.append(dict(env=env_id, algo=name, seed=seed, mean=mean, std=std, minutes=minutes))
                print(rows[-1])
                pd.DataFrame(rows).to_csv("bench/results.csv", index=False)
    table = pd.DataFrame(rows).groupby(["env", "algo"])["mean"].agg(["mean", "std"])
    print(table.round(3).to_markdown())


if __name__ == "__main__":
    main()
