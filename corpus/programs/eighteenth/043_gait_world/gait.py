"""Ankle exoskeleton: recurrent world model of the gait, trained on the last minutes of walking while it is worn."""
import threading
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SENS, ACT, DET, STO = 8, 1, 96, 16


class GaitModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(STO + ACT, DET)
        self.post = nn.Linear(DET + SENS, 2 * STO)
        self.prior = nn.Linear(DET, 2 * STO)
        self.dec = nn.Linear(DET + STO, SENS)
        self.act = nn.Linear(DET + STO, ACT)

    def filter(self, det, sto, a, o):
        det = self.gru(torch.cat([sto, a], 1), det)
        mean, ls = self.post(torch.cat([det, o], 1)).chunk(2, 1)
        sto = mean + ls.exp() * torch.randn_like(mean)
        return det, sto, (mean, ls), self.prior(det).chunk(2, 1)

    def command(self, det, sto):
        return torch.sigmoid(self.act(torch.cat([det, sto], 1)))


class Trainer(threading.Thread):
    def __init__(self, log, seq=100):
        super().__init__(daemon=True)
        self.log, self.seq = log, seq
        self.net = GaitModel()
        self.opt = torch.optim.Adam(self.net.parameters(), 3e-4)
        self.lock = threading.Lock()
        self.published = None

    def batch(self, n=16):
        data = list(self.log)
        starts = np.random.randint(0, len(data) - self.seq, n)
        part = [data[s:s + self.seq] for s in starts]
        o = torch.tensor(np.array([[x[0] for x in p] for p in part]), dtype=torch.float32)
        a = torch.tensor(np.array([[x[1] for x in p] for p in part]), dtype=torch.float32)
        return o, a

    def run(self):
        steps = 0
        while True:
            if len(self.log) < 10 * self.seq:
                continue
            o, a = self.batch()
            det, sto = torch.zeros(len(o), DET), torch.zeros(len(o), STO)
            loss = 0
            for t in range(self.seq - 1):
                det, sto, (m, ls), (pm, pls) = self.net.filter(det, sto, a[:, t], o[:, t])
                kl = pls - ls + (ls.exp() ** 2 + (m - pm) ** 2) / (2 * pls.exp() ** 2) - 0.5
                loss = loss + F.mse_loss(self.net.dec(torch.cat([det, sto], 1)), o[:, t]) + 0.1 * kl.mean()
                effort = o[:, t + 1, -1:]          # EMG of the calf
                loss = loss + 0.05 * ((self.net.command(det.detach(), sto.detach()) - effort) ** 2).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
            self.opt.step()
            steps += 1
            if steps % 250 == 0:
                with self.lock:
                    self.published = {k: v.detach().clone() for k, v in self.net.state_dict().items()}

    def take(self):
        with self.lock:
            weights, self.published = self.published, None
        return weights


class Walker:
    def __init__(self, trainer):
        self.trainer = trainer
        self.net = GaitModel()
        self.net.load_state_dict(trainer.net.state_dict())
        self.rest()

    def rest(self):
        self.det, self.sto, self.a = torch.zeros(1, DET), torch.zeros(1, STO), torch.zeros(1, ACT)

    def update_weights(self):
        weights = self.trainer.take()
        if weights is None:
            return False
        self.net.load_state_dict(weights)
        self.rest()
        return True

    @torch.no_grad()
    def __call__(self, sensors):
        o = torch.tensor(sensors, dtype=torch.float32)[None]
        self.det, self.sto, _, _ = self.net.filter(self.det, self.sto, self.a, o)
        self.a = self.net.command(self.det, self.sto)
        return self.a[0].numpy()


def main(device):
    log = deque(maxlen=60_000)
    trainer = Trainer(log)
    walker = Walker(trainer)
    trainer.start()
    last_a = np.zeros(ACT, np.float32)
    for sensors, standing in device:
        if standing:
            walker.rest()
            last_a = np.zeros(ACT, np.float32)
            device.torque(0.0)
            continue
        log.append((sensors, last_a))
        if len(log) % 500 == 0 or len(log) == log.maxlen:
            walker.update_weights()
        last_a = walker(sensors)
        device.torque(20.0 * float(last_a[0]))


if __name__ == "__main__":
    from ankle_serial import Device
    main(Device("/dev/ttyACM0"))
