from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from fountain import FountainEnv

if __name__ == "__main__":
    env = make_vec_env(FountainEnv, n_envs=8, seed=3)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=256, gamma=0.98, verbose=1)
    model.learn(1_500_000)
    model.save("fountain_rppo")
