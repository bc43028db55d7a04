import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from rollback import RollbackCallback


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="BipedalWalkerHardcore-v3")
    ap.add_argument("--n-envs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=20_000_000)
    ap.add_argument("--seed", type=int, default=3)
    ap.add_argument("--logdir", default="runs/hardcore")
    return ap.parse_args()


def main():
    args = parse()
    env = VecNormalize(make_vec_env(args.env, n_envs=args.n_envs, seed=args.seed))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        gae_lambda=0.95,
        gamma=0.999,
        ent_coef=0.001,
        learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=args.logdir,
        seed=args.seed,
        verbose=1,
    )
    callbacks = [
        RollbackCallback(verbose=1),
        CheckpointCallback(100_000, save_path=args.logdir, name_prefix="hardcore"),
    ]
    model.learn(args.steps, callback=callbacks)
    model.save(f"{args.logdir}/final")
    env.save(f"{args.logdir}/vecnormalize.pkl")


if __name__ == "__main__":
    main()
