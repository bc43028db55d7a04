import gymnasium as gym


class OnlyPositions(gym.ObservationWrapper):
    def __init__(self, env, idx):
        super().__init__(env)
        self.idx = idx
        low, high = env.observation_space.low[idx], env.observation_space.high[idx]
        self.observation_space = gym.spaces.Box(low, high)

    def observation(self, obs):
        return obs[self.idx]


def make_env(name, seed):
    env = gym.make(name)
    if name.startswith("CartPole"):
        env = OnlyPositions(env, [0, 2])
    env.reset(seed=seed)
    return env
