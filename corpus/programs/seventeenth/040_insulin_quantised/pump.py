"""Runs on the pump's companion board: float model for learning, int8 copy for dosing."""
import copy
import logging
import threading
import time
from collections import deque

import torch
import torch.nn as nn
from torch.ao.quantization import quantize_dynamic

logger = logging.getLogger("pump")


class GlucoseLSTM(nn.Module):
    def __init__(self, n_in=3, hidden=48):
        super().__init__()
        self.lstm = nn.LSTM(n_in, hidden, num_layers=2, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.head(y), state


def to_int8(model):
    return quantize_dynamic(copy.deepcopy(model).eval(), {nn.LSTM, nn.Linear}, dtype=torch.qint8)


class Companion:
    def __init__(self, weights, sensor, pump, target=6.5):
        self.model = GlucoseLSTM()
        self.model.load_state_dict(torch.load(weights, map_location="cpu"))
        self.edge = to_int8(self.model)
        self.state = None
        self.sensor, self.pump, self.target = sensor, pump, target
        self.day = deque(maxlen=14 * 288)
        self.lock = threading.Lock()
        self.last_dose = 0.0

    def tick(self):
        glucose, carbs = self.sensor.read()
        x = torch.tensor([[[glucose / 10.0, carbs / 50.0, self.last_dose]]])
        with self.lock, torch.no_grad():
            forecast, self.state = self.edge(x, self.state)
        predicted = glucose + float(forecast)
        self.last_dose = float(min(max(0.15 * (predicted - self.target), 0.0), 1.2))
        if glucose < 4.5:
            self.last_dose = 0.0
        self.pump.deliver(self.last_dose)
        self.day.append(x.flatten())

    def personalise(self, epochs=3):
        data = torch.stack(list(self.day))
        if len(data) < 2 * 288:
            return
        horizon = 6
        seqs = data[: len(data) // 96 * 96].view(-1, 96, 3)
        opt = torch.optim.Adam(self.model.parameters(), lr=1e-4)
        self.model.train()
        for _ in range(epochs):
            for idx in torch.randperm(len(seqs)).split(8):
                batch = seqs[idx]
                out, _ = self.model(batch)
                rise = 10.0 * (batch[:, horizon:, :1] - batch[:, :-horizon, :1])
                loss = nn.functional.huber_loss(out[:, :-horizon], rise)
                opt.zero_grad()
                loss.backward()
                opt.step()
        fresh = to_int8(self.model)
        with self.lock:
            self.edge = fresh
        logger.info("personalised on %d samples, loss %.4f", len(data), loss.item())


def nightly(companion, every=24 * 3600):
    while True:
        time.sleep(every)
        companion.personalise()


def main():
    from board import Cgm, Pump

    logging.basicConfig(level=logging.INFO)
    companion = Companion("population.pt", Cgm(), Pump())
    threading.Thread(target=nightly, args=(companion,), daemon=True).start()
    while True:
        t = time.time()
        companion.tick()
        time.sleep(300 - (time.time() - t))


if __name__ == "__main__":
    main()
