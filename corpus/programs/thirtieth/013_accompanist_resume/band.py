import torch


class Melodies:
    """Generated tunes over a chord progression that is not shown; one beat a step, n tunes at once."""

    CHORDS = 7
    NOTES = 14

    def __init__(self, n, beats=128, seed=0):
        self.n, self.beats = n, beats
        self.g = torch.Generator().manual_seed(seed)

    def _int(self, high, shape):
        return torch.randint(high, shape, generator=self.g)

    def reset(self):
        self.pattern = self._int(self.CHORDS, (self.n, 4))
        self.beat = torch.zeros(self.n, dtype=torch.long)
        return self._hear(torch.zeros(self.n, dtype=torch.long))

    def _chord(self):
        return self.pattern.gather(1, (self.beat // 4 % 4).unsqueeze(1)).squeeze(1)

    def _hear(self, played):
        third = self._int(3, (self.n,)) * 2
        note = (self._chord() + third) % self.NOTES
        eye_n, eye_c = torch.eye(self.NOTES), torch.eye(self.CHORDS)
        return torch.cat([eye_n[note], eye_c[played]], 1)

    def step(self, played):
        dist = (played - self._chord()).abs()
        reward = torch.where(dist == 0, 1.0, torch.where((dist == 2) | (dist == 5), 0.2, -0.5))
        self.beat += 1
        done = self.beat >= self.beats
        if done.any():
            rows = done.nonzero().squeeze(1)
            self.pattern[rows] = self._int(self.CHORDS, (len(rows), 4))
            self.beat[rows] = 0
        return self._hear(played), reward, done
