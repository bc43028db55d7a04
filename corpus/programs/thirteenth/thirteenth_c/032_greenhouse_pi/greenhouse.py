#!/usr/bin/env python3
# Runs on the Pi in the greenhouse. The big PC trains on the logged data in the
# night and publishes the new net on greenhouse/net.
import csv
import io
import json
import time

import paho.mqtt.client as mqtt
import torch
import torch.nn as nn

BROKER = "192.168.1.20"
LOGFILE = "/home/pi/greenhouse.csv"


class Controller(nn.Module):
    # in:  inside temp, outside temp, humidity, soil, light, hour sin, hour cos
    # out: window opening, pump, fan   (0..1)
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(7, 32)
        self.out = nn.Linear(32, 3)

    def forward(self, x, h):
        h = self.gru(x, h)
        return torch.sigmoid(self.out(h)), h


net = Controller()
try:
    net.load_state_dict(torch.load("/home/pi/net.pt", map_location="cpu"))
except FileNotFoundError:
    print("no net yet, starting with random one")
net.eval()

h = torch.zeros(1, 32)
manual = False
log = csv.writer(open(LOGFILE, "a", buffering=1))


def features(d):
    hour = time.localtime().tm_hour + time.localtime().tm_min / 60
    ang = torch.tensor(hour / 24 * 6.2832)
    return torch.tensor([[
        (d["t_in"] - 20) / 10,
        (d["t_out"] - 15) / 15,
        d["hum"] / 100,
        d["soil"] / 100,
        d["lux"] / 50000,
        torch.sin(ang).item(),
        torch.cos(ang).item(),
    ]])


def on_connect(client, userdata, flags, reason_code, properties):
    print("connected", reason_code)
    client.subscribe([("greenhouse/sensors", 0), ("greenhouse/net", 1), ("greenhouse/manual", 1)])


def on_message(client, userdata, msg):
    global h, manual
    if msg.topic == "greenhouse/sensors":
        d = json.loads(msg.payload)
        x = features(d)
        with torch.no_grad():
            y, h = net(x, h)
        window, pump, fan = y[0].tolist()
        if not manual:
            client.publish("greenhouse/window", round(window, 2))
            client.publish("greenhouse/pump", "on" if pump > 0.5 and d["soil"] < 80 else "off")
            client.publish("greenhouse/fan", round(fan, 2))
        log.writerow([int(time.time())] + x[0].tolist() + [window, pump, fan, int(manual)])
    elif msg.topic == "greenhouse/net":
        sd = torch.load(io.BytesIO(msg.payload), map_location="cpu")
        net.load_state_dict(sd)
        torch.save(sd, "/home/pi/net.pt")
        print(time.ctime(), "new net")
    elif msg.topic == "greenhouse/manual":
        manual = msg.payload == b"1"


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.on_connect = on_connect
client.on_message = on_message
client.connect(BROKER, 1883, 60)
client.loop_forever()
