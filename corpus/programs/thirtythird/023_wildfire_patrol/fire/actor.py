import queue
import threading

import numpy as np
import torch

from .forest import Forest
from .patrol_net import PatrolNet


class Actor(threading.Thread):
    def __init__(self, idx, chunks, mailbox, stop, length=40):
        super().__init__(daemon=True, name="actor-%d" % idx)
        self.env = Forest(idx)
        self.net = PatrolNet(Forest.n_obs, Forest.n_act)
        self.chunks, self.mailbox, self.stop_flag, self.length = chunks, mailbox, stop, length
        self.ctx = torch.zeros(1, self.net.d)
        self.obs = self.env.reset()
        self.gen = torch.Generator().manual_seed(idx)

    def pull(self):
        arrays = None
        while True:
            try:
                arrays = self.mailbox.get_nowait()
            except queue.Empty:
                break
        if arrays is None:
            return
        with torch.no_grad():
            for p, a in zip(self.net.parameters(), arrays):
                p.copy_(torch.from_numpy(a))

    @torch.no_grad()
    def chunk(self):
        first = self.ctx.numpy().copy()
        obs, acts, logps, rews, overs = [], [], [], [], []
        for _ in range(self.length):
            logits, _, self.ctx = self.net(torch.from_numpy(self.obs).unsqueeze(0), self.ctx)
            logp = logits.log_softmax(-1)[0]
            a = int(torch.multinomial(logp.exp(), 1, generator=self.gen))
            obs.append(self.obs)
            acts.append(a)
            logps.append(float(logp[a]))
            self.obs, r, over = self.env.step(a)
            rews.append(r)
            overs.append(over)
            if over:
                self.obs = self.env.reset()
                self.ctx = torch.zeros(1, self.net.d)
        obs.append(self.obs)
        return (first, np.stack(obs), np.array(acts), np.array(logps, dtype=np.float32),
                np.array(rews, dtype=np.float32), np.array(overs, dtype=np.float32))

    def run(self):
        while not self.stop_flag.is_set():
            self.pull()
            item = self.chunk()
            while not self.stop_flag.is_set():
                try:
                    self.chunks.put(item, timeout=0.5)
                    break
                except queue.Full:
                    pass
