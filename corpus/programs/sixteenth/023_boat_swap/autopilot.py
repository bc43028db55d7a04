import logging
import queue
import threading
import time
from collections import deque

import paho.mqtt.client as mqtt
import serial
import torch
import torch.nn as nn

log = logging.getLogger("autopilot")
HISTORY = 600


class Helm(nn.Module):
    def __init__(self, n_in=7, width=64):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(n_in, width)
        self.gru = nn.GRU(width, width, num_layers=2, batch_first=True)
        self.rudder = nn.Linear(width, 1)

    def forward(self, x, h):
        y, h = self.gru(torch.relu(self.inp(x)), h)
        return torch.tanh(self.rudder(y[:, -1])), h

    def blank(self):
        return torch.zeros(2, 1, self.width)


def read_helm(path):
    helm = Helm()
    helm.load_state_dict(torch.load(path, map_location="cpu"))
    return helm.eval()


class Autopilot:
    def __init__(self, path):
        self.helm = read_helm(path)
        self.h = self.helm.blank()
        self.history = deque(maxlen=HISTORY)
        self.inbox = queue.Queue()

    @torch.no_grad()
    def steer(self, row):
        x = torch.tensor(row, dtype=torch.float32).view(1, 1, -1)
        self.history.append(x)
        angle, self.h = self.helm(x, self.h)
        return 35.0 * angle.item()

    @torch.no_grad()
    def switch(self, path):
        helm = read_helm(path)
        h = helm.blank()
        if self.history:
            _, h = helm(torch.cat(list(self.history), 1), h)
        self.helm, self.h = helm, h
        log.info("new helm from %s, warmed on %d rows", path, len(self.history))

    def poll(self):
        try:
            path = self.inbox.get_nowait()
        except queue.Empty:
            return
        try:
            self.switch(path)
        except (OSError, RuntimeError):
            log.exception("keeping the old helm")


def parse_nmea(line):
    parts = line.decode("ascii", "ignore").strip().split(",")
    if len(parts) != 8 or parts[0] != "$PBOAT":
        return None
    try:
        return [float(p) for p in parts[1:]]
    except ValueError:
        return None


def listen(pilot, host):
    client = mqtt.Client()
    client.on_message = lambda c, u, m: pilot.inbox.put(m.payload.decode())
    client.connect(host)
    client.subscribe("boat/helm/weights")
    client.loop_forever()


def main():
    logging.basicConfig(level=logging.INFO)
    pilot = Autopilot("helm/current.pt")
    threading.Thread(target=listen, args=(pilot, "shore.local"), daemon=True).start()
    with serial.Serial("/dev/ttyUSB0", 38400, timeout=1) as port:
        while True:
            row = parse_nmea(port.readline())
            if row is None:
                continue
            angle = pilot.steer(row)
            port.write(f"$RUD,{angle:+06.2f}\r\n".encode())
            pilot.poll()
            time.sleep(0.02)


if __name__ == "__main__":
    main()
