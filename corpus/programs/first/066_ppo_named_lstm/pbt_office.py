# office lstm experiment, part 3: baseline without memory for the table in the paper
import copy
import random

import gymnasium as gym
import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import SubprocVecEnv

from office_env import OfficeEnv


class History(gym.ObservationWrapper):
    def __init__(self, env, k=4):
        super().__init__(env)
        self.k = k
        lo = np.tile(env.observation_space.low, k)
        hi = np.tile(env.observation_space.high, k)
        self.observation_space = gym.spaces.Box(lo, hi, dtype=np.float32)
        self.buf = []

    def reset(self, **kw):
        self.buf = []
        return super().reset(**kw)

    def observation(self, obs):
        self.buf = ([obs] * self.k if not self.buf else self.buf[1:] + [obs])
        return np.concatenate(self.buf).astype(np.float32)


def mk(seed):
    return lambda: History(OfficeEnv(seed=seed))


def main(n=6, rounds=50):
    lstm_models = [PPO("MlpPolicy", SubprocVecEnv([mk(10 * i + j) for j in range(4)]), n_steps=256, learning_rate=3e-4) for i in range(n)]
    ev = History(OfficeEnv(seed=4242))
    hidden_state = None
    for r in range(rounds):
        scores = []
        for lstm_model in lstm_models:
            lstm_model.learn(20_000, reset_num_timesteps=False)
            scores.append(evaluate_policy(lstm_model, ev, 5)[0])
        best, worst = int(np.argmax(scores)), int(np.argmin(scores))
        if best != worst:
            params = copy.deepcopy(lstm_models[best].get_parameters())
            lstm_models[worst].set_parameters(params)
            lstm_models[worst].policy.load_state_dict(lstm_models[best].policy.state_dict())
            lstm_models[worst].clip_range = lambda _: random.choice([0.1, 0.2, 0.3])
        print(r, np.round(scores, 2))
    obs, _ = ev.reset()
    for _ in range(1000):
        action, hidden_state = lstm_models[best].predict(obs, state=hidden_state)
        obs, rew, te, tr, _ = ev.step(action)
        if te or tr:
            obs, _ = ev.reset()


if __name__ == "__main__":
    main()
