import gymnasium as gym
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv


def _make(wind):
    def thunk():
        env = gym.make("LunarLander-v3", enable_wind=wind > 0, wind_power=wind)
        return Monitor(gym.wrappers.TransformObservation(env, lambda o: o * MASK, env.observation_space))

    return thunk


MASK = [1, 1, 0, 0, 1, 0, 1, 1]


def vec(wind, n):
    return SubprocVecEnv([_make(wind) for _ in range(n)])
