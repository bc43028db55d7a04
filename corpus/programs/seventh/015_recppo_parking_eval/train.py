import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from parking_env import ParkingEnv


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=2_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--out", default="parking_recurrent_ppo")
    args = parser.parse_args()

    env = make_vec_env(ParkingEnv, n_envs=args.n_envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        learning_rate=3e-4,
        ent_coef=0.005,
        policy_kwargs=dict(lstm_hidden_size=128),
        tensorboard_log="runs/parking",
        verbose=1,
    )
    model.learn(args.timesteps, callback=CheckpointCallback(save_freq=50_000, save_path="checkpoints"))
    model.save(args.out)


if __name__ == "__main__":
    main()
