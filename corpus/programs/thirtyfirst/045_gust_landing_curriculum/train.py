import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from landing_env import GustLanding
from stages import StageCallback


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=6_000_000)
    ap.add_argument("--n-envs", type=int, default=16)
    ap.add_argument("--folder", default="runs/gust")
    args = ap.parse_args()

    venv = make_vec_env(GustLanding, n_envs=args.n_envs, seed=1, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=512,
        n_epochs=6,
        learning_rate=3e-4,
        ent_coef=0.003,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log=args.folder,
        verbose=1,
    )
    model.learn(args.steps, callback=StageCallback(len(GustLanding.WIND), args.folder))
    model.save(f"{args.folder}/final.zip")
    venv.close()


if __name__ == "__main__":
    main()
