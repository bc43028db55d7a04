import numpy as np


class BassPatches:
    """A task is a hidden synth patch (cutoff, resonance, drive). Each bar of 16
    steps the agent turns the knobs and hears how far the sound is off."""

    obs_size = 5
    act_size = 3
    bar = 16

    def __init__(self, seed=0):
        self.rng = np.random.RandomState(seed)

    def new_patch(self):
        self.target = self.rng.uniform(-1, 1, 3)
        return self.new_bar()

    def new_bar(self):
        self.step_no = 0
        self.knobs = np.zeros(3)
        return self._hear()

    def _hear(self):
        err = np.abs(self.knobs - self.target)
        return np.array([*self.knobs, err.mean() + self.rng.normal(0, 0.05), self.step_no / self.bar], dtype=np.float32)

    def turn(self, delta):
        before = np.abs(self.knobs - self.target).mean()
        self.knobs = np.clip(self.knobs + 0.25 * np.clip(delta, -1, 1), -1, 1)
        self.step_no += 1
        reward = before - np.abs(self.knobs - self.target).mean()
        return self._hear(), float(reward), self.step_no == self.bar
