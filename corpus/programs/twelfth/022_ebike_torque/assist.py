import sys
import time

import numpy as np
import serial
import torch

from torque_net import TorqueNet, train

PORT = "/dev/ttyUSB0"
MODEL = "torque_net.pt"
ASSIST = {"eco": 0.6, "tour": 1.2, "turbo": 2.5}
MAX_CURRENT = 18.0
NM_PER_AMP = 3.1


def load_rides(files):
    rides = []
    for name in files:
        table = np.genfromtxt(name, delimiter=",", names=True)
        rides.append({key: table[key] for key in table.dtype.names})
    return rides


def parse(line):
    """b'S,cadence,speed,slope,current\\n' -> floats, None when the frame is broken"""
    parts = line.decode("ascii", errors="ignore").strip().split(",")
    if len(parts) != 5 or parts[0] != "S":
        return None
    try:
        return [float(p) for p in parts[1:]]
    except ValueError:
        return None


class CurrentLimiter:
    def __init__(self, slew=0.8):
        self.slew = slew
        self.last = 0.0

    def __call__(self, amps):
        amps = min(max(amps, 0.0), MAX_CURRENT)
        step = min(max(amps - self.last, -4 * self.slew), self.slew)
        self.last += step
        return self.last


def ride(mode):
    net = TorqueNet()
    net.load_state_dict(torch.load(MODEL, map_location="cpu"))
    net.eval()
    limiter = CurrentLimiter()
    bus = serial.Serial(PORT, 115200, timeout=0.2)
    print(f"assist mode {mode}, Ctrl-C to stop")
    frames, t0 = 0, time.time()
    try:
        with torch.no_grad():
            while True:
                sample = parse(bus.readline())
                if sample is None:
                    continue
                x = torch.tensor(sample).view(1, 1, -1)
                torque, _ = net(x)
                support = ASSIST[mode] * max(torque.item(), 0.0)
                if sample[1] > 25.0:
                    support = 0.0
                amps = limiter(support / NM_PER_AMP)
                bus.write(f"C,{amps:.2f}\n".encode())
                frames += 1
                if frames % 500 == 0:
                    print(f"{frames / (time.time() - t0):.0f} Hz, torque {torque.item():.1f} Nm, {amps:.1f} A")
    except KeyboardInterrupt:
        bus.write(b"C,0.00\n")
        bus.close()


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "train":
        model = train(load_rides(sys.argv[2:]))
        torch.save(model.state_dict(), MODEL)
    else:
        ride(sys.argv[1] if len(sys.argv) > 1 else "tour")
