import random


class Maze:
    """Perfect maze on an odd grid, the agent sees only the walls around it and its last move."""

    MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
    obs_dim = 4 + 4 + 1

    def __init__(self, size=11, limit=200, seed=None):
        self.size, self.limit = size, limit
        self.rng = random.Random(seed)

    def _carve(self):
        self.wall = [[True] * self.size for _ in range(self.size)]
        stack = [(1, 1)]
        self.wall[1][1] = False
        while stack:
            r, c = stack[-1]
            nxt = [(r + 2 * dr, c + 2 * dc, r + dr, c + dc) for dr, dc in self.MOVES
                   if 0 < r + 2 * dr < self.size and 0 < c + 2 * dc < self.size and self.wall[r + 2 * dr][c + 2 * dc]]
            if not nxt:
                stack.pop()
                continue
            a, b, p, q = self.rng.choice(nxt)
            self.wall[a][b] = self.wall[p][q] = False
            stack.append((a, b))

    def reset(self):
        self._carve()
        self.at = (1, 1)
        self.goal = (self.size - 2, self.size - 2)
        self.t = 0
        self.last = None
        return self.obs()

    def obs(self):
        r, c = self.at
        walls = [float(self.wall[r + dr][c + dc]) for dr, dc in self.MOVES]
        last = [float(self.last == i) for i in range(4)]
        return walls + last + [self.t / self.limit]

    def step(self, a):
        r, c = self.at[0] + self.MOVES[a][0], self.at[1] + self.MOVES[a][1]
        reward = -0.01
        if self.wall[r][c]:
            reward = -0.05
        else:
            self.at = (r, c)
        self.last = a
        self.t += 1
        if self.at == self.goal:
            return self.obs(), 1.0, True
        return self.obs(), reward, self.t >= self.limit
