import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.utils import set_random_seed

from callbacks import RollbackOnCollapse
from crane_env import CraneEnv


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=2_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--lstm-size", type=int, default=128)
    parser.add_argument("--save-dir", default="runs/crane")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    set_random_seed(args.seed)
    env = make_vec_env(CraneEnv, n_envs=args.n_envs, seed=args.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=512,
        batch_size=512,
        n_epochs=5,
        learning_rate=args.lr,
        policy_kwargs=dict(lstm_hidden_size=args.lstm_size, net_arch=[64]),
        verbose=1,
        seed=args.seed,
    )
    model.learn(args.timesteps, callback=RollbackOnCollapse(args.save_dir))
    model.save(args.save_dir + "/final")


if __name__ == "__main__":
    main()
