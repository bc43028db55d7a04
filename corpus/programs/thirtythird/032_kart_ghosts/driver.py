import math

import torch
from torch import nn


class Wheel(nn.Module):
    def __init__(self, rays=8, width=48):
        super().__init__()
        self.rnn = nn.LSTM(rays + 2, width, batch_first=True)
        self.out = nn.Linear(width, 2)

    def forward(self, x, rhythm=None):
        y, rhythm = self.rnn(x, rhythm)
        return torch.tanh(self.out(y)), rhythm


class Kart:
    def __init__(self, wheel):
        self.pos = 0.0
        self.offset = 0.0
        self.heading = 0.0
        self.speed = 0.0
        self.laps = 0
        self.wheel = wheel

    @property
    def wheel(self):
        return self._wheel

    @wheel.setter
    def wheel(self, wheel):
        self._wheel = wheel
        self._rhythm = None

    def update(self, dt, track):
        rays = track.rays(self)
        x = torch.tensor([[rays + [self.speed / 30.0, self.heading]]], dtype=torch.float32)
        with torch.no_grad():
            cmd, self._rhythm = self._wheel(x, self._rhythm)
        steer, gas = cmd[0, 0].tolist()
        self.heading += (steer - track.curve(self.pos)) * self.speed * 0.1 * dt
        self.speed = min(30.0, max(1.0, self.speed + 8.0 * gas * dt))
        self.offset += math.sin(self.heading) * self.speed * dt
        if abs(self.offset) > track.half_width:
            self.offset = math.copysign(track.half_width, self.offset)
            self.speed *= 0.5
        self.pos += math.cos(self.heading) * self.speed * dt
        if self.pos >= track.length:
            self.pos -= track.length
            self.laps += 1
            return True
        return False
