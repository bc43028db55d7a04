import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback, StopTrainingOnRewardThreshold
from stable_baselines3.common.env_util import make_vec_env

from dark_maze import DarkMaze

OUT = Path("runs/dark_maze")


class Stage(NamedTuple):
    size: int
    pillars: float
    limit: int
    steps: int
    good: float


LADDER = [
    Stage(4, 0.00, 60, 200_000, 0.80),
    Stage(5, 0.10, 80, 400_000, 0.75),
    Stage(7, 0.15, 140, 900_000, 0.70),
    Stage(9, 0.20, 220, 2_000_000, 0.60),
]


def venv_of(stage, n, seed):
    return make_vec_env(DarkMaze, n_envs=n, seed=seed, env_kwargs=dict(size=stage.size, pillars=stage.pillars, limit=stage.limit))


def climb():
    previous = None
    for k, stage in enumerate(LADDER):
        folder = OUT / f"stage{k}"
        train_env = venv_of(stage, 16, seed=k)
        if previous is None:
            model = RecurrentPPO("MlpLstmPolicy", train_env, n_steps=128, batch_size=256, gae_lambda=0.9,
                                 policy_kwargs=dict(lstm_hidden_size=64), verbose=0)
        else:
            model = RecurrentPPO.load(previous, env=train_env)
            model.ent_coef = 0.01
        stop = StopTrainingOnRewardThreshold(reward_threshold=stage.good, verbose=1)
        judge = EvalCallback(venv_of(stage, 8, seed=1000 + k), callback_on_new_best=stop, n_eval_episodes=64,
                             eval_freq=2_000, best_model_save_path=str(folder), log_path=str(folder))
        model.learn(stage.steps, callback=judge)
        previous = folder / "best_model.zip"
        print(f"stage {k}: best mean reward {judge.best_mean_reward:.3f}")
        train_env.close()
    return previous


def exam(path, stage, episodes=200):
    model = RecurrentPPO.load(path)
    env = venv_of(stage, 4, seed=77)
    obs = env.reset()
    states, starts = None, np.ones(env.num_envs, dtype=bool)
    found, finished = 0, 0
    while finished < episodes:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, rewards, starts, _ = env.step(actions)
        finished += int(starts.sum())
        found += int((rewards > 0.5).sum())
    env.close()
    return found / finished


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    final = climb()
    report = {}
    for k, stage in enumerate(LADDER):
        for name in sorted(OUT.glob("stage*/best_model.zip")):
            report[f"{name.parent.name} on stage{k}"] = exam(name, stage)
    report["final"] = exam(final, LADDER[-1], episodes=1000)
    (OUT / "exam.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))
