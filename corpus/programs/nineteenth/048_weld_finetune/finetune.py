"""Takes the agent for mild steel and fine-tunes it on another alloy.

    python finetune.py --steel stainless --base models/mild.zip
"""
import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback, StopTrainingOnNoModelImprovement
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from robot_cell import WeldCell


def make(steel, n, seed):
    return make_vec_env(WeldCell, n_envs=n, seed=seed, env_kwargs={"steel": steel})


def show_bead(model, steel, seed):
    cell = WeldCell(steel)
    obs, _ = cell.reset(seed=seed)
    state, first = None, True
    rows = []
    for _ in range(cell.bead):
        action, state = model.predict(obs, state=state, episode_start=np.array([first]), deterministic=True)
        obs, reward, burnt, finished, _ = cell.step(action)
        rows.append((cell.n, cell.thick, cell.pool, cell.weave, cell.speed, reward))
        first = False
        if burnt or finished:
            break
    path = f"bead_{steel}_{seed}.csv"
    np.savetxt(path, np.array(rows), delimiter=",", header="n,thick,pool,weave,speed,reward", fmt="%.4f")
    return path


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steel", choices=["mild", "stainless", "duplex"], default="stainless")
    ap.add_argument("--base", default=None)
    ap.add_argument("--steps", type=int, default=400_000)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--models", default="models")
    args = ap.parse_args()

    env = make(args.steel, 8, seed=1)
    test_env = make(args.steel, 2, seed=500)
    if args.base:
        model = RecurrentPPO.load(args.base, env=env, custom_objects={"learning_rate": args.lr})
    else:
        model = RecurrentPPO("MlpLstmPolicy", env, n_steps=300, batch_size=600, learning_rate=3e-4)
    before, _ = evaluate_policy(model, test_env, n_eval_episodes=20)

    folder = os.path.join(args.models, args.steel)
    stop = StopTrainingOnNoModelImprovement(max_no_improvement_evals=15, min_evals=10)
    callback = EvalCallback(
        test_env, best_model_save_path=folder, eval_freq=2500, n_eval_episodes=20, callback_after_eval=stop
    )
    model.learn(args.steps, callback=callback, progress_bar=True)

    model = RecurrentPPO.load(os.path.join(folder, "best_model"), env=test_env)
    after, spread = evaluate_policy(model, test_env, n_eval_episodes=50)
    print(f"{args.steel}: {before:.2f} before, {after:.2f} +- {spread:.2f} after the fine-tuning")
    for seed in range(3):
        print("wrote", show_bead(model, args.steel, 9000 + seed))
    model.save(os.path.join(args.models, args.steel + ".zip"))


if __name__ == "__main__":
    main()
