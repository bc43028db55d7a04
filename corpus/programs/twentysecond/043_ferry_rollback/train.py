import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from callbacks import BestRollbackCallback
from ferry_env import FerryDocking

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=4_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--logdir", default="logs/ferry")
    args = parser.parse_args()

    env = make_vec_env(FerryDocking, n_envs=args.n_envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy", env,
        n_steps=512, batch_size=512, n_epochs=5, gamma=0.995, learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=args.logdir, seed=args.seed,
    )
    callbacks = CallbackList([
        BestRollbackCallback(f"{args.logdir}/best_ferry.zip"),
        CheckpointCallback(100_000, args.logdir, name_prefix="ferry"),
    ])
    model.learn(args.timesteps, callback=callbacks)
    model.save(f"{args.logdir}/final")
