import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

from guard import PerformanceGuard
from sailing_env import SailingEnv


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--envs", type=int, default=8)
    parser.add_argument("--out", default="sailing_rppo")
    args = parser.parse_args()

    env = make_vec_env(SailingEnv, n_envs=args.envs, seed=1)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=64),
        verbose=1,
    )
    guard = PerformanceGuard(Monitor(SailingEnv()))
    model.learn(total_timesteps=args.steps, callback=guard)
    if guard.best_policy is not None:
        model.policy.load_state_dict(guard.best_policy)
    model.save(args.out)


if __name__ == "__main__":
    main()
