import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from drill_env import LiftDrillEnv
from rollback import RollbackCallback


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--envs", type=int, default=8)
    parser.add_argument("--folder", default="runs/drill")
    args = parser.parse_args()

    env = make_vec_env(LiftDrillEnv, n_envs=args.envs)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=256, ent_coef=0.01,
                         policy_kwargs=dict(lstm_hidden_size=64), verbose=1)
    model.learn(args.steps, callback=RollbackCallback(args.folder))
    model.save(args.folder + "/final.zip")
    print(evaluate_policy(model, make_vec_env(LiftDrillEnv, n_envs=1), n_eval_episodes=50))


if __name__ == "__main__":
    main()
