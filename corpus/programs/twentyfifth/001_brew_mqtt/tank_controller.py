"""Glycol valve controller for a fermentation tank, driven over MQTT."""
import argparse
import io
import json
import logging

import paho.mqtt.client as mqtt
import torch
import torch.nn as nn

log = logging.getLogger("tank")

FIELDS = ("temp_c", "gravity", "ph", "pressure_kpa", "ambient_c")
MEAN = torch.tensor([19.0, 1.030, 4.6, 110.0, 16.0])
STD = torch.tensor([3.0, 0.015, 0.4, 15.0, 6.0])


class ValveNet(nn.Module):
    def __init__(self, n_in=len(FIELDS), hidden=48):
        super().__init__()
        self.enc = nn.Linear(n_in, 32)
        self.cell = nn.GRUCell(32, hidden)
        self.valve = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.cell(torch.relu(self.enc(x)), h)
        return torch.sigmoid(self.valve(h)), h


class TankController:
    def __init__(self, tank, weights):
        self.tank = tank
        self.net = ValveNet()
        self.net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.net.eval()
        self.h = torch.zeros(1, 48)
        self.version = "factory"
        self.readings = 0

    def topic(self, leaf):
        return f"brewery/{self.tank}/{leaf}"

    def attach(self, client):
        client.on_connect = self.on_connect
        client.message_callback_add(self.topic("telemetry"), self.on_telemetry)
        client.message_callback_add(self.topic("model"), self.on_model)
        client.message_callback_add(self.topic("pitch"), self.on_pitch)

    def on_connect(self, client, userdata, flags, rc):
        log.info("connected rc=%s", rc)
        client.subscribe([(self.topic(t), 1) for t in ("telemetry", "model", "pitch")])

    def on_pitch(self, client, userdata, msg):
        batch = json.loads(msg.payload)
        log.info("new batch %s (%s)", batch["id"], batch["style"])
        self.h = torch.zeros(1, 48)
        self.readings = 0

    def on_model(self, client, userdata, msg):
        blob = torch.load(io.BytesIO(msg.payload), map_location="cpu")
        self.net.load_state_dict(blob["weights"])
        self.version = blob.get("version", "?")
        log.info("model %s installed after %d readings", self.version, self.readings)
        client.publish(self.topic("model/ack"), self.version)

    def on_telemetry(self, client, userdata, msg):
        row = json.loads(msg.payload)
        x = torch.tensor([[float(row[f]) for f in FIELDS]])
        x = (x - MEAN) / STD
        with torch.no_grad():
            valve, self.h = self.net(x, self.h)
        self.readings += 1
        out = {"valve": round(valve.item(), 3), "model": self.version, "n": self.readings}
        client.publish(self.topic("valve"), json.dumps(out), qos=1)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--tank", default="fv3")
    ap.add_argument("--weights", default="valve.pt")
    ap.add_argument("--host", default="localhost")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    client = mqtt.Client()
    TankController(args.tank, args.weights).attach(client)
    client.connect(args.host, 1883, keepalive=30)
    client.loop_forever()


if __name__ == "__main__":
    main()
