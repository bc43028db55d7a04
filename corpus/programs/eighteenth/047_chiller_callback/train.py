from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from callbacks import BestModelGuard
from dc_env import ChillerPlant


def linear(start):
    return lambda remaining: start * remaining


if __name__ == "__main__":
    env = make_vec_env(ChillerPlant, n_envs=8, seed=11)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        learning_rate=linear(7e-4),
        n_steps=240,
        batch_size=240,
        gamma=0.995,
        use_sde=True,
        policy_kwargs=dict(lstm_hidden_size=64, net_arch=[64]),
        tensorboard_log="tb",
    )
    model.learn(4_000_000, callback=BestModelGuard("best/chiller.zip"))
    model.save("chiller_last")
