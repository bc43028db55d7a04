from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from curriculum_callback import StageCurriculum
from kitchen_env import KitchenEnv, RECIPES

if __name__ == "__main__":
    env = make_vec_env(KitchenEnv, n_envs=8)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=128,
        batch_size=256,
        ent_coef=0.02,
        policy_kwargs=dict(lstm_hidden_size=64),
        verbose=1,
    )
    model.learn(1_500_000, callback=StageCurriculum(list(RECIPES), "pretrained"))
    model.save("kitchen")
