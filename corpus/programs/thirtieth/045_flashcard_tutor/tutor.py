import torch
from torch import nn

from learner import Learner


class Tutor(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.width = width
        self.last = nn.Embedding(2 * Learner.WORDS + 1, width)
        self.cell = nn.GRUCell(width, width)
        self.ask = nn.Linear(width, Learner.WORDS)

    def lesson(self, learner, sample=True):
        """One lesson from the first card to the exam; the exam's mark and the log-probabilities."""
        learner.start()
        belief = torch.zeros(1, self.width)
        token, logps, over = 2 * Learner.WORDS, [], False
        while not over:
            belief = self.cell(self.last(torch.tensor([token])), belief)
            dist = torch.distributions.Categorical(logits=self.ask(belief))
            word = dist.sample() if sample else dist.probs.argmax(-1)
            logps.append(dist.log_prob(word))
            knew, over = learner.ask(word.item())
            token = 2 * word.item() + int(knew)
        return learner.exam(), torch.cat(logps)
