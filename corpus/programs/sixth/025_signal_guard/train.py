import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from guard import CollapseGuard
from junction import JunctionEnv


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=2_000_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--out", default="runs/junction")
    a = p.parse_args()

    env = make_vec_env(JunctionEnv, n_envs=a.envs, seed=3)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=512, batch_size=512, gamma=0.995,
        policy_kwargs=dict(lstm_hidden_size=64), verbose=1,
    )
    callbacks = CallbackList([CollapseGuard(), CheckpointCallback(50_000, a.out)])
    model.learn(a.steps, callback=callbacks)
    model.save(f"{a.out}/final")


if __name__ == "__main__":
    main()
