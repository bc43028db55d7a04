import argparse
import json
import logging

import paho.mqtt.client as mqtt

from yaw import YawController

log = logging.getLogger("farm")


class Farm:
    def __init__(self, turbines, weights):
        with open(weights, "rb") as fh:
            blob = fh.read()
        self.controllers = {t: YawController.from_bytes(blob, t) for t in turbines}
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, userdata=self)
        self.client.on_connect = self.connected
        self.client.on_message = self.message

    def connected(self, client, userdata, flags, rc, props):
        client.subscribe("farm/+/wind")
        client.subscribe("farm/+/release", qos=2)

    def message(self, client, userdata, msg):
        _, turbine, topic = msg.topic.split("/")
        if turbine not in self.controllers:
            return
        if topic == "release":
            old = self.controllers[turbine]
            self.controllers[turbine] = YawController.from_bytes(msg.payload, turbine)
            log.info("%s: new controller after %d moves", turbine, old.moves)
            return
        w = json.loads(msg.payload)
        move = self.controllers[turbine].command(w["speed"], w["vane"], w["power"])
        if move:
            client.publish(f"farm/{turbine}/yaw", str(move), qos=1)

    def run(self, host):
        self.client.connect(host)
        self.client.loop_forever()


if __name__ == "__main__":
    logging.basicConfig(level="INFO")
    ap = argparse.ArgumentParser()
    ap.add_argument("turbines", nargs="+")
    ap.add_argument("--weights", default="yaw.pt")
    ap.add_argument("--host", default="127.0.0.1")
    a = ap.parse_args()
    Farm(a.turbines, a.weights).run(a.host)
