import os, time, json
import numpy as np
import paho.mqtt.client as mqtt
from sb3_contrib import RecurrentPPO

MODEL = os.environ.get("HIVE_MODEL", "/srv/hive/vent.zip")
PERIOD = 30
last = {"temp": 34.5, "hum": 60.0, "co2": 0.8, "outside": 15.0, "hz": 230.0}


def on_message(client, userdata, msg):
    key = msg.topic.rsplit("/", 1)[-1]
    if key in last:
        last[key] = float(msg.payload)


def features():
    h = time.localtime()
    day = 2 * np.pi * (h.tm_hour * 60 + h.tm_min) / 1440
    return np.array([
        (last["temp"] - 35) / 3,
        (last["hum"] - 60) / 20,
        last["co2"] - 1,
        (last["outside"] - 15) / 10,
        (last["hz"] - 250) / 50,      # sound of the fanning bees
        np.sin(day), np.cos(day),
    ], dtype=np.float32)


def main():
    client = mqtt.Client()
    client.on_message = on_message
    client.connect("localhost")
    client.subscribe("hive/7/sensor/+")
    client.loop_start()

    model = RecurrentPPO.load(MODEL, device="cpu")
    stamp = os.path.getmtime(MODEL)
    lstm_states = None
    start = np.array([True])

    while True:
        t0 = time.time()
        # the trainer on the big box drops a new zip every night or so
        m = os.path.getmtime(MODEL)
        if m > stamp:
            try:
                model = RecurrentPPO.load(MODEL, device="cpu")
                stamp = m
                print("new model", time.ctime(m), flush=True)
            except Exception as e:
                print("could not load, keep the old one:", e, flush=True)

        obs = features()
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=start, deterministic=True)
        start = np.array([False])

        opening = float(np.clip(action[0], 0, 1))
        fan = float(np.clip(action[1], 0, 1))
        client.publish("hive/7/flap", f"{opening:.2f}")
        client.publish("hive/7/fan", f"{fan:.2f}")
        with open("/var/log/hive7.jsonl", "a") as f:
            f.write(json.dumps({"t": t0, "obs": obs.tolist(), "act": [opening, fan]}) + "\n")
        time.sleep(max(0, PERIOD - (time.time() - t0)))


if __name__ == "__main__":
    main()
