import queue
import random
import threading

import torch

from model import SessionRanker


class Site(threading.Thread):
    """Serves simulated visitors with its own copy of the ranker."""

    def __init__(self, number, n_articles, logbook, stop, every=200, eps=0.1):
        super().__init__(daemon=True)
        self.ranker = SessionRanker(n_articles).eval()
        self.n_articles = n_articles
        self.mailbox = queue.Queue(maxsize=1)
        self.logbook = logbook
        self.stop = stop
        self.every, self.eps = every, eps
        self.rng = random.Random(number)
        self.impressions = self.clicked = 0

    def take_weights(self):
        try:
            weights = self.mailbox.get_nowait()
        except queue.Empty:
            return
        self.ranker.load_state_dict(weights)

    @torch.no_grad()
    def recommend(self, history):
        candidates = self.rng.sample(range(1, self.n_articles + 1), 30)
        if not history or self.rng.random() < self.eps:
            return self.rng.choice(candidates)
        clicks = torch.tensor([history[-20:]])
        scores = self.ranker(clicks, torch.tensor([candidates]))[0]
        return candidates[int(scores.argmax())]

    def run(self):
        while not self.stop.is_set():
            section, history, patience = self.rng.randrange(10), [], 8
            while patience > 0:
                if self.impressions % self.every == 0:
                    self.take_weights()
                article = self.recommend(history)
                hit = self.rng.random() < (0.6 if article % 10 == section else 0.08)
                self.impressions += 1
                if hit:
                    self.clicked += 1
                    history.append(article)
                    if self.rng.random() < 0.1:
                        section = (section + 1) % 10
                else:
                    patience -= 1
            if len(history) > 1:
                self.logbook.put(history)
