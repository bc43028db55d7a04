import argparse

import gymnasium as gym
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from .store import ModelStore


def make_venv(env_id, n, stats=None):
    v = DummyVecEnv([lambda: Monitor(gym.make(env_id)) for _ in range(n)])
    return VecNormalize.load(stats, v) if stats else VecNormalize(v, norm_reward=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="LunarLander-v3")
    ap.add_argument("--root", default="store")
    ap.add_argument("--rounds", type=int, default=30)
    args = ap.parse_args()

    store = ModelStore(args.root)
    store.load()
    env = make_venv(args.env, 8)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128, verbose=0)
    if store.best() is not None:
        model = model.load(store.best(), env=env)
    for r in range(args.rounds):
        model.learn(100_000, reset_num_timesteps=False)
        score, _ = evaluate_policy(model, env, n_eval_episodes=10)
        store.put(model, f"r{r:03d}", score)
        best = store.index[max(store.index, key=lambda k: store.index[k]["score"])]["score"]
        if score < best - 50:
            model = RecurrentPPO.load(store.best(), env=env)
        print(r, score, best)
    env.save(f"{args.root}/vecnorm.pkl")
