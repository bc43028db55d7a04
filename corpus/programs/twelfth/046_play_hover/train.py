from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from common import make_hover

if __name__ == "__main__":
    env = make_vec_env(make_hover, n_envs=8, seed=7)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=256, batch_size=512, learning_rate=2e-4, ent_coef=1e-3,
        policy_kwargs=dict(lstm_hidden_size=128, enable_critic_lstm=True), tensorboard_log="tb", verbose=1,
    )
    model.learn(5_000_000, callback=CheckpointCallback(50_000, "checkpoints", "hover"))
    model.save("hover_final")
