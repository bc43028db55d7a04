import random


class Yard:
    """Shunting yard: wagons arrive, each must go to the track of its destination."""

    def __init__(self, tracks=4, length=60):
        self.tracks = tracks
        self.length = length
        self.obs_size = 2 * tracks + 1

    def reset(self):
        self.fill = [0] * self.tracks
        self.left = self.length
        self.wagon = random.randrange(self.tracks)
        return self.obs()

    def obs(self):
        one_hot = [1.0 if i == self.wagon else 0.0 for i in range(self.tracks)]
        return one_hot + [f / 10 for f in self.fill] + [self.left / self.length]

    def step(self, track):
        reward = 1.0 if track == self.wagon else -0.2
        self.fill[track] += 1
        if self.fill[track] > 10:
            reward -= 1.0
            self.fill[track] = 5
        self.left -= 1
        # the next wagon tends to repeat the one before last
        self.wagon = self.wagon if random.random() < 0.4 else random.randrange(self.tracks)
        return self.obs(), reward, self.left == 0
