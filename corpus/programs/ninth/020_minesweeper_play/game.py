import numpy as np

LEFT, RIGHT, UP, DOWN, OPEN, FLAG = range(6)


class WindowedMines:
    def __init__(self, n=12, mines=15, window=5, limit=600):
        self.n, self.mines, self.w, self.limit = n, mines, window, limit

    def reset(self):
        self.bomb = np.zeros((self.n, self.n), bool)
        self.bomb.flat[np.random.choice(self.n ** 2, self.mines, replace=False)] = True
        self.shown = np.full((self.n, self.n), 9)  # 9 hidden, 10 flag, 0-8 counts
        self.cur = [self.n // 2, self.n // 2]
        self.t = 0
        return self.view()

    def view(self):
        half = self.w // 2
        pad = np.pad(self.shown, half, constant_values=-1)
        r, c = self.cur
        win = pad[r:r + self.w, c:c + self.w]
        return np.stack([(win == k) for k in range(11)]).astype(np.float32)

    def count(self, r, c):
        return int(self.bomb[max(0, r - 1):r + 2, max(0, c - 1):c + 2].sum())

    def step(self, a):
        r, c = self.cur
        reward, done = -0.01, False
        if a == LEFT:
            self.cur[1] = max(0, c - 1)
        elif a == RIGHT:
            self.cur[1] = min(self.n - 1, c + 1)
        elif a == UP:
            self.cur[0] = max(0, r - 1)
        elif a == DOWN:
            self.cur[0] = min(self.n - 1, r + 1)
        elif a == OPEN and self.shown[r, c] == 9:
            if self.bomb[r, c]:
                reward, done = -1.0, True
            else:
                self.shown[r, c] = self.count(r, c)
                reward = 0.2
        elif a == FLAG and self.shown[r, c] >= 9:
            self.shown[r, c] = 19 - self.shown[r, c]
        self.t += 1
        won = ((self.shown >= 9) == self.bomb).all()
        if won:
            reward = 5.0
        return self.view(), reward, bool(done or won or self.t >= self.limit), {"won": bool(won)}
