"""Fine pointing correction from the last 3.2 s of star tracker / gyro data."""
import collections
import os
import socket
import struct
import threading
import time

import numpy as np
import torch
import torch.nn as nn

WINDOW = 32
FEATS = 10
MODEL = os.environ.get("POINTING_MODEL", "/opt/adcs/pointing.pt")


class WindowLSTM(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(FEATS, hidden, num_layers=2, batch_first=True, dropout=0.1)
        self.fc = nn.Sequential(nn.Linear(hidden, 32), nn.ReLU(), nn.Linear(32, 3))

    def forward(self, window):
        y, _ = self.lstm(window)
        return self.fc(y[:, -1])


class Pointing:
    def __init__(self):
        self.net = WindowLSTM()
        self.history = collections.deque(maxlen=WINDOW)
        self.mtime = 0.0
        self.lock = threading.Lock()
        self.refresh()

    def refresh(self):
        mtime = os.path.getmtime(MODEL)
        if mtime <= self.mtime:
            return False
        sd = torch.load(MODEL, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(sd)
            self.net.eval()
        self.mtime = mtime
        return True

    def torque(self, sample):
        self.history.append(np.asarray(sample, dtype=np.float32))
        if len(self.history) < WINDOW:
            return np.zeros(3, dtype=np.float32)
        window = torch.from_numpy(np.stack(self.history)).unsqueeze(0)
        with self.lock, torch.no_grad():
            out = self.net(window)
        return np.clip(out.squeeze(0).numpy(), -0.02, 0.02)


def keep_fresh(pointing, every=30):
    while True:
        time.sleep(every)
        try:
            if pointing.refresh():
                print("pointing model refreshed")
        except (OSError, RuntimeError) as e:
            print("refresh failed:", e)


def serve(port=5055):
    pointing = Pointing()
    threading.Thread(target=keep_fresh, args=(pointing,), daemon=True).start()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("0.0.0.0", port))
    fmt = f"<{FEATS}f"
    while True:
        data, peer = sock.recvfrom(256)
        if len(data) != struct.calcsize(fmt):
            continue
        tau = pointing.torque(struct.unpack(fmt, data))
        sock.sendto(struct.pack("<3f", *tau.tolist()), peer)


if __name__ == "__main__":
    serve()
