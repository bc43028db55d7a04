"""Two fencers on a line; the right one is played by a frozen copy of the learner."""
import gym
import numpy as np
import yaml
from rl_games.torch_runner import Runner


class FencersEnv(gym.Env):
    def __init__(self, reach=1.5, opponent_config=None, length=10.0, limit=200, **kwargs):
        self.reach, self.length, self.limit = reach, length, limit
        self.opponent_config = opponent_config
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.Discrete(4)
        self.rng = np.random.default_rng(kwargs.get("seed"))
        self.opponent = None

    # ---- rl_games self-play hooks ------------------------------------------------
    def create_opponent(self):
        runner = Runner()
        with open(self.opponent_config) as f:
            config = yaml.safe_load(f)
        config["params"]["config"]["env_info"] = self.get_env_info()
        runner.load(config)
        player = runner.create_player()
        player.has_batch_dimension = False
        player.reset()
        return player

    def update_weights(self, weights):
        self.opponent.set_weights(weights)

    def get_env_info(self):
        return {"observation_space": self.observation_space, "action_space": self.action_space, "agents": 1, "value_size": 1}

    def has_action_mask(self):
        return False

    # ---- gym ---------------------------------------------------------------------
    def reset(self):
        if self.opponent is None:
            self.opponent = self.create_opponent()
        self.x = np.array([2.0, self.length - 2.0]) + self.rng.normal(0, 0.2, 2)
        self.v = np.zeros(2)
        self.guard = np.zeros(2)
        self.t = 0
        return self._view(0)

    def _view(self, who):
        sign = 1.0 if who == 0 else -1.0
        me, you = who, 1 - who
        gap = (self.x[you] - self.x[me]) * sign
        edge = self.x[me] if who == 0 else self.length - self.x[me]
        return np.array([gap, edge, self.v[me] * sign, self.v[you] * sign, self.guard[me], self.guard[you]], dtype=np.float32)

    def _apply(self, who, action):
        sign = 1.0 if who == 0 else -1.0
        push = {0: 0.0, 1: 0.3, 2: -0.3, 3: 0.0}[int(action)]
        self.guard[who] = float(action == 3)
        self.v[who] = 0.7 * self.v[who] + push * sign
        self.x[who] = np.clip(self.x[who] + self.v[who], 0, self.length)

    def step(self, action):
        obs = self.opponent.obs_to_torch(self._view(1))
        foe = self.opponent.get_action(obs, is_deterministic=False)
        self._apply(0, action)
        self._apply(1, int(foe))
        self.t += 1
        reward, done = 0.0, self.t >= self.limit
        if self.x[1] - self.x[0] < self.reach:
            strike = [self.v[0], -self.v[1]]
            hit = int(np.argmax(strike))
            if self.guard[1 - hit] == 0.0:
                reward, done = (1.0 if hit == 0 else -1.0), True
        if done:
            self.opponent.reset()
        return self._view(0), reward, done, {"battle_won": float(reward > 0), "scores": float(reward > 0)}
