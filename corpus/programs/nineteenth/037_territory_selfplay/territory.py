import gymnasium as gym
import numpy as np


class Territory(gym.Env):
    """Two-player area game on a 7x7 board. Own move in, board from the view of the player to move out.
    A point belongs to the side with more stones around it (with itself counted twice)."""

    def __init__(self, n=7, plies=30):
        self.n, self.plies = n, plies
        self.observation_space = gym.spaces.Box(-1, 1, (n * n + 1,), np.float32)
        self.action_space = gym.spaces.Discrete(n * n)

    def view(self):
        return np.append(self.to_move * self.board.ravel(), self.ply / self.plies).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.board = np.zeros((self.n, self.n), np.float32)
        self.ply, self.to_move = 0, 1
        return self.view(), {}

    def score(self):
        b = np.pad(self.board, 1)
        inf = 2 * b[1:-1, 1:-1] + b[:-2, 1:-1] + b[2:, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:]
        return np.sign(inf).sum()

    def move(self, a):
        r, c = divmod(int(a), self.n)
        if self.board[r, c] == 0:  # a move on a stone is a pass
            self.board[r, c] = self.to_move
        self.ply += 1
        self.to_move = -self.to_move
        return self.ply >= self.plies


class VersusPolicy(gym.Wrapper):
    """The other side is played by a stored RecurrentPPO."""

    def __init__(self, env, rival=None):
        super().__init__(env)
        self.rival = rival
        self.rival_state = None
        self.side = 1

    def set_rival(self, zip_path):
        self.rival.set_parameters(zip_path, device="cpu")

    def reset(self, **kw):
        obs, info = self.env.reset(**kw)
        self.rival_state = None
        self.side = 1 if self.env.unwrapped.np_random.random() < 0.5 else -1
        if self.side == -1:
            self._rival_moves()
        return self.env.unwrapped.view(), info

    def _rival_moves(self):
        game = self.env.unwrapped
        a, self.rival_state = self.rival.predict(
            game.view(), state=self.rival_state, episode_start=np.array([self.rival_state is None])
        )
        return game.move(a)

    def step(self, action):
        game = self.env.unwrapped
        over = game.move(action) or self._rival_moves()
        reward = float(np.sign(game.score()) * self.side) if over else 0.0
        return game.view(), reward, over, False, {}
