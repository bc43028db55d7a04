from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from office_env import OfficeEnv
from rollback import RollbackCallback


def main():
    env = make_vec_env(OfficeEnv, n_envs=8, seed=3)
    env = VecNormalize(env, norm_obs=False, gamma=0.995)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=168,
        batch_size=168,
        gamma=0.995,
        ent_coef=0.003,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True),
        verbose=1,
    )
    model.learn(3_000_000, callback=RollbackCallback(patience=4))
    model.save("office_rppo")
    env.save("office_vecnorm.pkl")


if __name__ == "__main__":
    main()
