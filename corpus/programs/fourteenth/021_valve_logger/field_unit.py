"""Runs on the Pi in the pump house, one decision every ten minutes."""
import json
import sys
import time

import paho.mqtt.client as mqtt
import torch

from fit import SENSORS
from model import ValveNet

latest = {}


def on_message(client, userdata, msg):
    latest[msg.topic.rsplit("/", 1)[-1]] = float(msg.payload)


net = ValveNet()
net.load_state_dict(torch.load(sys.argv[1] if len(sys.argv) > 1 else "valves.pt", map_location="cpu"))
net.eval()

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.on_message = on_message
client.connect("localhost")
client.subscribe("field/sensors/#")
client.loop_start()

while True:
    if all(s in latest for s in SENSORS):
        with torch.no_grad():
            opening = net(torch.tensor([[latest[s] for s in SENSORS]]))[0]
        client.publish("field/valves", json.dumps([round(v, 3) for v in opening.tolist()]))
    time.sleep(600)
