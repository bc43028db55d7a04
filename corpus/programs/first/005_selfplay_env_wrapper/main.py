import os

import gymnasium as gym
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import SubprocVecEnv

from selfplay.callback import SelfPlayCallback
from selfplay.wrapper import OpponentEnv

os.makedirs("pool", exist_ok=True)


def thunk():
    import duel_env  # noqa: F401  registers Duel-v0
    return OpponentEnv(gym.make("Duel-v0"))


if __name__ == "__main__":
    venv = SubprocVecEnv([thunk] * 12)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=512, batch_size=512, tensorboard_log="runs")
    model.learn(20_000_000, callback=SelfPlayCallback("pool"))
