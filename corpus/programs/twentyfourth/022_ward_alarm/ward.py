"""Ward server: bedside units send {"patient", "seq", "lead_off", "samples"} over MQTT, alarms go back the same way."""
import json
import os

import paho.mqtt.client as mqtt
import torch
import torch.nn as nn


class BeatNet(nn.Module):
    def __init__(self, window=50, units=48):
        super().__init__()
        self.window = window
        self.inp = nn.Linear(window, units)
        self.gru = nn.GRU(units, units, num_layers=2)
        self.out = nn.Linear(units, 4)  # normal, AF, VT, asystole

    def forward(self, x, h):
        y, h = self.gru(torch.relu(self.inp(x)), h)
        return torch.softmax(self.out(y), dim=-1), h


class Patient:
    def __init__(self, pid):
        self.pid = pid
        self.admit()

    def admit(self):
        self.h = None
        self.seq = None
        self.strikes = 0


class Ward:
    LABELS = ("normal", "AF", "VT", "asystole")

    def __init__(self, weights, threshold=0.85, strikes=3):
        self.net = BeatNet()
        self.net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self.net.eval()
        self.threshold, self.strikes = threshold, strikes
        self.patients = {}

    def patient(self, pid):
        if pid not in self.patients:
            self.patients[pid] = Patient(pid)
        return self.patients[pid]

    def windows(self, samples):
        n = len(samples) // self.net.window
        x = torch.tensor(samples[: n * self.net.window], dtype=torch.float32)
        return x.view(n, 1, self.net.window)

    def process(self, msg):
        p = self.patient(msg["patient"])
        if msg["lead_off"]:
            p.admit()
            return {"patient": p.pid, "alarm": "check electrodes"}
        if p.seq is not None and msg["seq"] != p.seq + 1:
            p.admit()
        p.seq = msg["seq"]
        alarm = None
        with torch.no_grad():
            for w in self.windows(msg["samples"]):
                probs, p.h = self.net(w.unsqueeze(0), p.h)
                score, label = probs[0, 0].max(0)
                bad = int(label) > 0 and float(score) > self.threshold
                p.strikes = p.strikes + 1 if bad else 0
                if p.strikes == self.strikes:
                    alarm = {"patient": p.pid, "alarm": self.LABELS[int(label)], "score": round(float(score), 3)}
        return alarm

    def discharge(self, pid):
        self.patients.pop(pid, None)


def main():
    ward = Ward(os.environ.get("BEATNET", "beatnet.pt"))
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)

    def on_connect(c, userdata, flags, reason, properties):
        c.subscribe([("ward/ecg", 0), ("ward/discharge", 1)])

    def on_message(c, userdata, m):
        body = json.loads(m.payload)
        if m.topic == "ward/discharge":
            ward.discharge(body["patient"])
            return
        alarm = ward.process(body)
        if alarm:
            c.publish("ward/alarm", json.dumps(alarm), qos=1)

    client.on_connect = on_connect
    client.on_message = on_message
    client.connect(os.environ.get("BROKER", "localhost"), 1883)
    client.loop_forever()


if __name__ == "__main__":
    main()
