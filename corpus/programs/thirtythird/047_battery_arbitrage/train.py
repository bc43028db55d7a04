import sys

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from battery_env import BatteryEnv, read_prices

if __name__ == "__main__":
    prices = read_prices(sys.argv[1])
    prices = prices[prices.index < "2024-01-01"]
    env = make_vec_env(lambda: BatteryEnv(prices.values), n_envs=8, seed=0)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=672,
        batch_size=672,
        gamma=0.999,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        tensorboard_log="tb",
        verbose=1,
    )
    model.learn(5_000_000, tb_log_name="battery")
    model.save("battery_rppo")
