import argparse
import json
import logging
import queue
import time
from datetime import datetime

import paho.mqtt.client as mqtt

from controller import FanController


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base_dir")
    parser.add_argument("--broker", default="localhost")
    parser.add_argument("--line", default="U6")
    parser.add_argument("--period", type=float, default=10.0)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    inbox = queue.Queue()
    client = mqtt.Client()
    client.on_message = lambda c, u, msg: inbox.put((msg.topic, json.loads(msg.payload)))
    client.connect(args.broker)
    client.subscribe(f"{args.line}/sensors")
    client.subscribe(f"{args.line}/override")
    client.loop_start()

    fans = FanController(args.base_dir)
    readings = None
    while True:
        t0 = time.monotonic()
        fans.follow_timetable(datetime.now())
        while not inbox.empty():
            topic, payload = inbox.get()
            if topic.endswith("/override"):
                fans.operator_override(payload["stage"])
            else:
                readings = payload
        if readings is not None:
            speeds = fans.fan_speeds(readings)
            client.publish(f"{args.line}/fans", json.dumps([round(float(s), 3) for s in speeds]))
        time.sleep(max(0.0, args.period - (time.monotonic() - t0)))


if __name__ == "__main__":
    main()
