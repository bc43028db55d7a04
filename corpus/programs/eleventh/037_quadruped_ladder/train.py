import argparse

from rsl_rl.runners import OnPolicyRunner

from stairs_env import StairsEnv


def make_cfg():
    rnn = {"class_name": "RNNModel", "hidden_dims": [64], "activation": "elu",
           "rnn_type": "lstm", "rnn_hidden_dim": 64, "rnn_num_layers": 1}
    return {
        "num_steps_per_env": 24,
        "save_interval": 50,
        "obs_groups": {"actor": ["policy"], "critic": ["policy"]},
        "actor": {**rnn, "distribution_cfg": {"class_name": "GaussianDistribution", "init_std": 1.0}},
        "critic": dict(rnn),
        "algorithm": {"class_name": "PPO", "num_learning_epochs": 5, "num_mini_batches": 4,
                      "learning_rate": 1e-3, "schedule": "adaptive", "desired_kl": 0.01,
                      "entropy_coef": 0.005, "gamma": 0.99, "lam": 0.95},
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--num-envs", type=int, default=512)
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--log-dir", default="logs/stairs")
    args = parser.parse_args()
    runner = OnPolicyRunner(StairsEnv(args.num_envs), make_cfg(), log_dir=args.log_dir)
    runner.learn(args.iterations, init_at_random_ep_len=True)
