import numpy as np

CHART = np.array([[1, 0.5, 2, 1], [2, 1, 0.5, 1], [0.5, 2, 1, 1], [1, 1, 1, 1]], dtype=float)


class Duel:
    """One monster each; the foe's element must be inferred from the damage it takes."""

    def __init__(self, rng):
        self.rng = rng

    def start(self):
        self.elem = self.rng.integers(0, 4, 2)
        self.hp = np.array([120.0, 120.0])
        self.turn = 0
        return np.array([1, 1, 0, 0], dtype=np.float32)

    def play(self, move):
        self.turn += 1
        dealt = 12 * CHART[move, self.elem[1]]
        taken = 12 * CHART[self.rng.integers(4), self.elem[0]]
        self.hp -= [taken, dealt]
        finished = bool((self.hp <= 0).any()) or self.turn == 40
        reward = 0.0
        if finished:
            reward = float(np.sign(self.hp[0] - self.hp[1]))
        view = np.array([self.hp[0] / 120, self.hp[1] / 120, dealt / 24, move / 3], dtype=np.float32)
        return view, reward, finished
