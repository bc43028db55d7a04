import argparse
import datetime
import os

import wandb
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, EvalCallback, StopTrainingOnNoModelImprovement
from stable_baselines3.common.env_util import make_vec_env
from wandb.integration.sb3 import WandbCallback

import cage_env  # noqa: F401

CFG = {
    "policy": "MlpLstmPolicy",
    "env": "Cage-v2",
    "n_envs": 16,
    "n_steps": 256,
    "batch_size": 512,
    "ent_coef": 0.01,
}


def lin(start):
    return lambda p: p * start


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--continue-from", default="")
    ap.add_argument("--total", type=int, default=5_000_000)
    ap.add_argument("--lr", type=float, default=3e-4)
    args = ap.parse_args()

    run = wandb.init(project="cage", config={**CFG, **vars(args)}, sync_tensorboard=True, save_code=True)
    env = make_vec_env(CFG["env"], n_envs=CFG["n_envs"])
    model = RecurrentPPO(
        CFG["policy"], env,
        n_steps=CFG["n_steps"], batch_size=CFG["batch_size"], ent_coef=CFG["ent_coef"],
        learning_rate=lin(args.lr), tensorboard_log=f"runs/{run.id}", verbose=1,
    )
    if args.continue_from:
        print("continuing from", args.continue_from)
        model.load(args.continue_from)

    stop = StopTrainingOnNoModelImprovement(max_no_improvement_evals=20, min_evals=30)
    ev = EvalCallback(make_vec_env(CFG["env"], n_envs=4), eval_freq=4_000, n_eval_episodes=16,
                      callback_after_eval=stop, best_model_save_path=f"best/{run.id}")
    model.learn(args.total, callback=CallbackList([ev, WandbCallback(gradient_save_freq=0)]))
    name = datetime.datetime.now().strftime("%m%d_%H%M")
    os.makedirs("models", exist_ok=True)
    model.save(f"models/{name}")
    run.finish()


if __name__ == "__main__":
    main()
