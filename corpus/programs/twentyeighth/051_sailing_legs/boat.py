import numpy as np

COURSE = [("upwind", 0.0), ("reach", 110.0), ("downwind", 180.0), ("upwind", 0.0), ("downwind", 180.0)]


class Boat:
    """Small keelboat on a five-leg course. Wind direction is shifty, strength comes in gusts."""

    LEG = 1800.0

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def start(self):
        self.leg, self.made, self.sec = 0, 0.0, 0
        self.wind, self.base = 0.0, self.rng.uniform(3, 9)
        self.gust = 0.0
        self.heading, self.speed, self.heel = 45.0, 2.0, 5.0
        return self.sense()

    @property
    def strength(self):
        return max(0.5, self.base + self.gust)

    @property
    def point(self):
        return COURSE[self.leg][0]

    def sense(self):
        rel = np.deg2rad(self.heading - self.wind + self.rng.normal(0, 4))
        bearing = np.deg2rad(COURSE[self.leg][1] - self.heading)
        return np.array([np.sin(rel), np.cos(rel), np.sin(bearing), np.cos(bearing), self.speed / 6,
                         self.heel / 30, self.made / self.LEG], dtype=np.float32)

    def sail(self, rudder, sheet):
        self.sec += 1
        self.wind += self.rng.normal(0, 0.6)
        self.gust = 0.98 * self.gust + self.rng.normal(0, 0.25)
        self.base += self.rng.normal(0, 0.02)
        self.heading += 6 * rudder
        rel = abs((self.heading - self.wind + 180) % 360 - 180)
        polar = np.clip((rel - 30) / 60, 0, 1) * (1.15 - 0.15 * rel / 180)
        trim = 1 - abs(sheet - rel / 180)
        self.speed = 0.95 * self.speed + 0.05 * (0.7 * self.strength * polar * trim)
        self.heel = 0.9 * self.heel + 0.1 * (2.5 * self.strength * np.sin(np.deg2rad(rel)) * (1 - sheet))
        self.made += self.speed * np.cos(np.deg2rad(self.heading - COURSE[self.leg][1]))
        rounded = finished = False
        if self.made >= self.LEG:
            finished = self.leg == len(COURSE) - 1
            rounded = not finished
            self.leg, self.made = min(self.leg + 1, len(COURSE) - 1), 0.0
        return self.sense(), rounded, finished
