from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from vineyard import VineyardEnv

if __name__ == "__main__":
    env = VecMonitor(SubprocVecEnv([VineyardEnv] * 8))
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=240, batch_size=480, gamma=0.99, gae_lambda=0.95,
        policy_kwargs=dict(lstm_hidden_size=96, net_arch=[64]), tensorboard_log="tb", verbose=1,
    )
    model.learn(1_500_000, callback=CheckpointCallback(20_000, "ckpt", name_prefix="vine"))
    model.save("vineyard_final")
