import argparse
import logging

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from islands.callbacks import Migration, ScoreWindow
from islands.mailbox import Mailbox
from islands.world import ScentWorld


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("island", type=int)
    ap.add_argument("--folder", default="archipelago")
    ap.add_argument("--steps", type=int, default=10_000_000)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--period", type=int, default=20)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    env = make_vec_env(ScentWorld, n_envs=args.n_envs, seed=args.island * 997)
    env = VecNormalize(env, norm_obs=False)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        gamma=0.98,
        ent_coef=0.005,
        policy_kwargs={"lstm_hidden_size": 128, "enable_critic_lstm": True},
        tensorboard_log=f"{args.folder}/tb",
        seed=args.island,
    )
    score = ScoreWindow()
    migration = Migration(Mailbox(args.folder, args.island), score, period=args.period)
    backup = CheckpointCallback(200_000, f"{args.folder}/backup_{args.island}")
    model.learn(args.steps, callback=CallbackList([score, migration, backup]), tb_log_name=f"island{args.island}")
    model.save(f"{args.folder}/final_{args.island}")


if __name__ == "__main__":
    main()
