import numpy as np

ACTS = ["ask_area", "ask_food", "ask_price", "confirm", "offer", "bye"]
SLOTS = 3


class RestaurantUser:
    """Slot filling user behind a noisy speech recogniser."""

    def __init__(self, seed, values=4, error=0.2, max_turns=20):
        self.rng = np.random.default_rng(seed)
        self.values, self.error, self.max_turns = values, error, max_turns
        self.obs_dim = SLOTS * values + 2
        self.n_acts = len(ACTS)

    def reset(self):
        self.goal = self.rng.integers(self.values, size=SLOTS)
        self.heard = [-1] * SLOTS
        self.turn = 0
        return self._encode(-1, -1, 0.0)

    def _encode(self, slot, value, yes):
        o = np.zeros(self.obs_dim, dtype=np.float32)
        if slot >= 0:
            o[slot * self.values + value] = 1
        o[-2] = yes
        o[-1] = self.turn / self.max_turns
        return o

    def step(self, act):
        self.turn += 1
        name = ACTS[act]
        r, done, slot, value, yes = -0.05, self.turn >= self.max_turns, -1, -1, 0.0
        if name.startswith("ask"):
            slot = act
            value = int(self.goal[slot])
            if self.rng.random() < self.error:
                value = int(self.rng.integers(self.values))
            self.heard[slot] = value
        elif name == "confirm":
            yes = 1.0 if list(self.goal) == self.heard else -1.0
        elif name == "offer":
            r, done = (1.0 if list(self.goal) == self.heard else -1.0), True
        else:
            r, done = -1.0, True
        return self._encode(slot, value, yes), r, done
