import argparse
import pathlib

import gymnasium as gym
import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


def rollouts(model, venv, n_episodes):
    n = venv.num_envs
    obs = venv.reset()
    states = None
    starts = np.ones((n,), dtype=bool)
    ret = np.zeros(n)
    length = np.zeros(n, dtype=int)
    done_eps = []
    while len(done_eps) < n_episodes:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, rewards, starts, _ = venv.step(actions)
        ret += rewards
        length += 1
        for i in np.flatnonzero(starts):
            done_eps.append((ret[i], length[i]))
            ret[i], length[i] = 0.0, 0
    return done_eps[:n_episodes]


def rank(paths, env_id, n_envs, episodes, seed):
    venv = make_vec_env(env_id, n_envs=n_envs, seed=seed)
    model = RecurrentPPO.load(paths[0], env=venv)
    frames = []
    for path in paths:
        model.set_parameters(str(path))
        venv.seed(seed)
        eps = rollouts(model, venv, episodes)
        df = pd.DataFrame(eps, columns=["return", "length"])
        df["checkpoint"] = path.stem
        frames.append(df)
        print(f"{path.stem}: {df['return'].mean():.2f} +- {df['return'].std():.2f}")
    venv.close()
    return pd.concat(frames, ignore_index=True)


def film(path, env_id, out, seed):
    env = gym.wrappers.RecordVideo(gym.make(env_id, render_mode="rgb_array"), str(out))
    model = RecurrentPPO.load(path)
    obs, _ = env.reset(seed=seed)
    states, start, over = None, np.ones((1,), dtype=bool), False
    while not over:
        action, states = model.predict(obs, state=states, episode_start=start, deterministic=True)
        obs, _, term, trunc, _ = env.step(action)
        over = term or trunc
        start = np.array([over])
    env.close()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=pathlib.Path)
    ap.add_argument("--env", default="LunarLanderContinuous-v2")
    ap.add_argument("--n-envs", type=int, default=10)
    ap.add_argument("--episodes", type=int, default=100)
    ap.add_argument("--seed", type=int, default=77)
    ap.add_argument("--film", action="store_true")
    args = ap.parse_args()

    paths = sorted(args.folder.glob("*.zip"))
    if not paths:
        raise SystemExit(f"no checkpoints in {args.folder}")
    table = rank(paths, args.env, args.n_envs, args.episodes, args.seed)
    table.to_csv(args.folder / "ranking.csv", index=False)
    summary = table.groupby("checkpoint")["return"].agg(["mean", "std", "min"])
    summary = summary.sort_values("mean", ascending=False)
    print(summary)
    if args.film:
        film(args.folder / f"{summary.index[0]}.zip", args.env, args.folder / "video", args.seed)


if __name__ == "__main__":
    main()
