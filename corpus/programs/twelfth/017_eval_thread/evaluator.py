import copy
import logging
import threading
import time

import numpy as np
import torch

log = logging.getLogger(__name__)


class Evaluator(threading.Thread):
    """Evaluates the learner in the background while it is being trained."""

    def __init__(self, learner_net, lock, make_env, episodes=5, pause=10.0):
        super().__init__(daemon=True, name="evaluator")
        self.learner_net = learner_net
        self.lock = lock
        self.net = copy.deepcopy(learner_net).eval()
        self.env = make_env()
        self.episodes = episodes
        self.pause = pause
        self.stop_event = threading.Event()
        self.results = []

    def follow(self):
        with self.lock:
            self.net.load_state_dict(self.learner_net.state_dict())

    @torch.no_grad()
    def play(self):
        obs, _ = self.env.reset()
        state = self.net.init_state(1)
        total, done = 0.0, False
        while not done:
            logits, _, state = self.net.step(torch.as_tensor(obs, dtype=torch.float32)[None], state)
            obs, reward, terminated, truncated, _ = self.env.step(int(logits.argmax()))
            total += float(reward)
            done = terminated or truncated
        return total

    def run(self):
        while not self.stop_event.is_set():
            scores = []
            for _ in range(self.episodes):
                self.follow()
                scores.append(self.play())
            self.results.append((time.time(), float(np.mean(scores))))
            log.info("eval %.1f (min %.1f, max %.1f)", np.mean(scores), min(scores), max(scores))
            self.stop_event.wait(self.pause)

    def stop(self):
        self.stop_event.set()
        self.join(timeout=30)
