#!/usr/bin/env python
# coding: utf-8

# # Tuning the air handling of an office floor while it runs
# The floor cannot be put back to a starting point, so the candidates take turns, six hours each.

# In[1]:

import math

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
rng = np.random.default_rng(0)


# In[2]:

N_ZONES = 5
tick = 0
zone = 21 + rng.normal(0, 0.5, N_ZONES)
people = np.zeros(N_ZONES)
co2 = np.full(N_ZONES, 450.0)


def read_sensors():
    day = 2 * math.pi * tick / 288
    return np.concatenate(
        [(zone - 21) / 3 + rng.normal(0, 0.05, N_ZONES), co2 / 1000, [math.sin(day), math.cos(day)]]
    ).astype(np.float32)


def run_plant(damper, coil):
    """One tick of five minutes. Returns the cost of it."""
    global tick, zone, people, co2
    hour = tick / 12 % 24
    weekday = tick // 288 % 7 < 5
    crowd = 6.0 * (8 <= hour <= 17 and weekday)
    people = people + 0.2 * (rng.poisson(crowd, N_ZONES) - people)
    outside = 12 + 8 * math.sin(2 * math.pi * (hour - 9) / 24)
    zone = zone + 0.01 * (outside - zone) + 0.02 * people + 0.05 * damper * (outside - zone) + 0.3 * coil
    co2 = co2 + 8 * people - (0.02 + 0.2 * damper) * (co2 - 420)
    tick += 1
    comfort = np.abs(zone - 21.5).clip(0.5) - 0.5
    stuffy = (co2 - 900).clip(0) / 300
    occupied = people > 0.5
    return float(((comfort + stuffy) * occupied).mean() + 0.15 * np.abs(coil).mean() + 0.05 * damper.mean())


# In[3]:

class AirHandler(nn.Module):
    def __init__(self, n_in=2 * N_ZONES + 2, n_mem=12):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, n_mem)
        self.out = nn.Linear(n_mem, 2 * N_ZONES)

    def forward(self, x, m):
        m = self.rnn(x, m)
        return self.out(m), m


ahu = AirHandler()
for p in ahu.parameters():
    p.requires_grad_(False)
m = torch.zeros(1, 12)


# In[4]:

TURN = 72  # ticks, six hours


def take_turn(theta):
    global m
    vector_to_parameters(torch.as_tensor(theta, dtype=torch.float32), ahu.parameters())
    total = 0.0
    for _ in range(TURN):
        y, m = ahu(torch.from_numpy(read_sensors())[None], m)
        y = y[0].numpy()
        total += run_plant(1 / (1 + np.exp(-y[:N_ZONES])), np.tanh(y[N_ZONES:]))
    return total / TURN


# In[5]:

mean = parameters_to_vector(ahu.parameters()).numpy().copy()
std = np.full_like(mean, 0.3)
POP, ELITE = 28, 7  # a week for a generation
history = []

for gen in range(60):
    thetas = mean + std * rng.standard_normal((POP, mean.size))
    rng.shuffle(thetas)
    costs = np.array([take_turn(th) for th in thetas])
    elite = thetas[np.argsort(costs)[:ELITE]]
    mean = 0.3 * mean + 0.7 * elite.mean(0)
    std = np.sqrt(0.3 * std**2 + 0.7 * elite.var(0)) + 0.005
    history.append(costs.mean())
    print(f"week {gen:3d}  mean {costs.mean():.3f}  best {costs.min():.3f}  std {std.mean():.3f}")


# In[6]:

final = [take_turn(mean) for _ in range(28)]
print("last week", np.mean(final))
np.save("air_handler.npy", mean)
np.savetxt("history.txt", history)
