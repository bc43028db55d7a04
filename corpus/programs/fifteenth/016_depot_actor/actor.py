import threading

import torch

from nets import QNet


class ShuntActor(threading.Thread):
    """R2D2-like actor: eps-greedy shunting, sends sequences with the recurrent state at their start."""

    def __init__(self, idx, yard, learner, replay, eps, seq=32, refresh=200):
        super().__init__(name=f"shunter-{idx}", daemon=True)
        self.yard = yard
        self.learner = learner
        self.replay = replay
        self.eps = eps
        self.seq = seq
        self.refresh = refresh
        self.qnet = QNet(yard.n_obs, yard.n_moves)
        self.quit = threading.Event()

    def pull(self):
        self.qnet.load_state_dict(self.learner.publish())

    @torch.no_grad()
    def run(self):
        self.pull()
        obs = self.yard.reset()
        hc = self.qnet.init_hc(1)
        start, frames, n = hc, [], 0
        while not self.quit.is_set():
            if n and n % self.refresh == 0:
                self.pull()
            q, hc = self.qnet(torch.tensor(obs).view(1, 1, -1), hc)
            if torch.rand(()) < self.eps:
                move = int(torch.randint(self.yard.n_moves, ()))
            else:
                move = int(q[0, -1].argmax())
            nxt, rew, done = self.yard.step(move)
            frames.append((obs, move, rew, float(done)))
            obs = nxt
            n += 1
            if done:
                obs = self.yard.reset()
                hc = self.qnet.init_hc(1)
            if len(frames) == self.seq or done:
                if len(frames) == self.seq:
                    self.replay.put((start, frames))
                start, frames = hc, []
