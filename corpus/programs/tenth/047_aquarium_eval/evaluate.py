import argparse
import csv

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from tank import AquariumEnv


def train(path, steps):
    env = VecMonitor(DummyVecEnv([AquariumEnv for _ in range(8)]))
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=144, batch_size=288,
                         gamma=0.995, gae_lambda=0.95, verbose=1)
    model.learn(total_timesteps=steps)
    model.save(path)


def evaluate(path, episodes, n_envs=4):
    env = VecMonitor(DummyVecEnv([AquariumEnv for _ in range(n_envs)]))
    model = RecurrentPPO.load(path)

    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((n_envs,), dtype=bool)
    returns, lengths = [], []
    temps = []

    while len(returns) < episodes:
        action, lstm_states = model.predict(
            obs,
            state=lstm_states,
            episode_start=episode_starts,
            deterministic=True,
        )
        obs, rewards, dones, infos = env.step(action)
        temps.append(obs[:, 0] * 5 + 25)
        for done, info in zip(dones, infos):
            if done:
                returns.append(info["episode"]["r"])
                lengths.append(info["episode"]["l"])
    env.close()
    return np.array(returns), np.array(lengths), np.array(temps)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["train", "eval"])
    parser.add_argument("--model", default="aquarium")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--episodes", type=int, default=50)
    parser.add_argument("--csv", default="aquarium_eval.csv")
    args = parser.parse_args()

    if args.mode == "train":
        train(args.model, args.steps)
        return

    returns, lengths, temps = evaluate(args.model, args.episodes)
    print(f"return {returns.mean():.2f} +- {returns.std():.2f}, "
          f"length {lengths.mean():.0f}, temperature {temps.mean():.2f}")
    with open(args.csv, "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["return", "length"])
        writer.writerows(zip(returns, lengths))


if __name__ == "__main__":
    main()
