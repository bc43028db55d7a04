"""Water polo, two a side, on a line of cells. Roles: keeper and attacker."""
import numpy as np

ROLES = ("keeper", "attacker")
LENGTH = 21
OBS_DIM = 6
N_ACTIONS = 4  # back, stay, forward, throw


class PoloEnv:
    def __init__(self, seed, period=400):
        self.rng = np.random.default_rng(seed)
        self.period = period

    def reset(self):
        self.t = 0
        self.goals = [0, 0]
        self._restart()
        return self._observe()

    def _restart(self):
        self.pos = {("white", "keeper"): 1, ("white", "attacker"): 8, ("blue", "keeper"): 19, ("blue", "attacker"): 12}
        self.ball = 10.0
        self.speed = float(self.rng.choice([-1, 1]))

    def _observe(self):
        obs = {}
        for (team, role), pos in self.pos.items():
            other = "blue" if team == "white" else "white"
            sign = 1 if team == "white" else -1
            centre = (LENGTH - 1) / 2
            sees_ball = abs(self.ball - pos) < 6
            obs[team, role] = np.array(
                [
                    sign * (pos - centre) / centre,
                    sign * (self.ball - centre) / centre if sees_ball else 0.0,
                    float(sees_ball),
                    sign * (self.pos[other, "attacker"] - centre) / centre,
                    (self.goals[0] - self.goals[1]) * sign / 5,
                    self.t / self.period,
                ],
                dtype=np.float32,
            )
        return obs

    def step(self, actions):
        for (team, role), a in actions.items():
            sign = 1 if team == "white" else -1
            if a == 3:
                if abs(self.pos[team, role] - self.ball) <= 1:
                    self.speed = sign * self.rng.uniform(1.0, 3.0)
            else:
                self.pos[team, role] = int(np.clip(self.pos[team, role] + sign * (a - 1), 0, LENGTH - 1))
        self.ball += self.speed
        self.speed *= 0.85
        reward = 0.0
        if self.ball >= LENGTH - 1 or self.ball <= 0:
            end = "blue" if self.ball > 0 else "white"
            goal_cell = 19 if end == "blue" else 1
            if abs(self.pos[end, "keeper"] - goal_cell) > 1 or self.rng.random() < 0.3:
                reward = 1.0 if end == "blue" else -1.0
                self.goals[0 if end == "blue" else 1] += 1
            self._restart()
        self.t += 1
        return self._observe(), reward, self.t >= self.period
