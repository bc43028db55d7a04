#!/usr/bin/env python
# Scores the weekly broiler house models on the logger data (each model on the week after its training).
import argparse
import glob
import os
import sys

import numpy as np
import torch
import torch.nn as nn


class BarnNet(nn.Module):
    def __init__(self, n_sensors, n_hidden):
        super().__init__()
        self.lstm = nn.LSTMCell(n_sensors, n_hidden)
        self.drop = nn.Dropout(0.1)
        self.fan = nn.Linear(n_hidden, 1)
        self.heater = nn.Linear(n_hidden, 1)
        self.hc = None

    def forward(self, x):
        if self.hc is None:
            zeros = x.new_zeros(x.size(0), self.lstm.hidden_size)
            self.hc = (zeros, zeros)
        self.hc = self.lstm(x, self.hc)
        h = self.drop(self.hc[0])
        return torch.sigmoid(self.fan(h)), torch.sigmoid(self.heater(h))


def read_log(path):
    """Columns: minute, temp, rh, nh3, outside, weight, fan, heater (fan and heater: what the farmer chose)"""
    data = np.loadtxt(path, delimiter=";", skiprows=1, dtype=np.float32)
    data = data[np.argsort(data[:, 0])]
    sensors = data[:, 1:6]
    lo, hi = sensors.min(0), sensors.max(0)
    return (sensors - lo) / (hi - lo + 1e-6), data[:, 6:8]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log")
    parser.add_argument("models", help="folder with week_01.pt, week_02.pt, ...")
    parser.add_argument("--step", type=int, default=10, help="minutes between records")
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--csv", default=None)
    opt = parser.parse_args()

    files = sorted(glob.glob(os.path.join(opt.models, "week_*.pt")))
    if not files:
        sys.exit("no models in " + opt.models)
    sensors, chosen = read_log(opt.log)
    rows_per_week = 7 * 24 * 60 // opt.step

    net = BarnNet(sensors.shape[1], opt.hidden)
    net.eval()
    lines = []
    row = 0
    for name in files:
        net.load_state_dict(torch.load(name, map_location="cpu"))
        fan_err, heat_err = [], []
        last = min(row + rows_per_week, len(sensors))
        while row < last:
            with torch.no_grad():
                fan, heat = net(torch.from_numpy(sensors[row : row + 1]))
            fan_err.append(abs(fan.item() - chosen[row, 0]))
            heat_err.append(abs(heat.item() - chosen[row, 1]))
            row += 1
        if not fan_err:
            break
        lines.append((os.path.basename(name), np.mean(fan_err), np.mean(heat_err)))
        print("%-14s fan %.3f heater %.3f" % lines[-1])

    best = min(lines, key=lambda l: l[1] + l[2])
    print("best model:", best[0])
    if opt.csv:
        with open(opt.csv, "w") as f:
            f.write("model,fan,heater\n")
            for l in lines:
                f.write("%s,%.5f,%.5f\n" % l)


if __name__ == "__main__":
    main()
