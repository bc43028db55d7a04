import math
import random

import torch


class ClipSource:
    """Synthetic signs: every gloss is a closed curve of the hand, at some speed and size, plus jitter."""

    def __init__(self, glosses=12, landmarks=21):
        self.glosses, self.landmarks = glosses, landmarks
        shape = random.Random(99)
        self.curves = [[(shape.uniform(-1, 1), shape.uniform(-1, 1), shape.uniform(0, 6.3)) for _ in range(3)]
                       for _ in range(glosses)]
        self.hand = torch.tensor([[shape.uniform(-0.2, 0.2), shape.uniform(-0.2, 0.2)]
                                  for _ in range(landmarks)])

    def clip(self):
        g = random.randrange(self.glosses)
        length, size = random.randint(18, 36), random.uniform(0.7, 1.3)
        frames = []
        for t in range(length):
            ph = 2 * math.pi * t / length
            x = sum(a * math.cos((k + 1) * ph + p) for k, (a, _, p) in enumerate(self.curves[g]))
            y = sum(b * math.sin((k + 1) * ph + p) for k, (_, b, p) in enumerate(self.curves[g]))
            frames.append(size * torch.tensor([x, y]) + self.hand + 0.05 * torch.randn(self.landmarks, 2))
        return frames, g + 1
