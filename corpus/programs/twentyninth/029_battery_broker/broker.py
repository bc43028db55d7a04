import io
import json
import sys

import numpy as np
import paho.mqtt.client as mqtt

from dispatch import make_controller

SITE = sys.argv[1] if len(sys.argv) > 1 else "depot-3"
HOST = sys.argv[2] if len(sys.argv) > 2 else "localhost"

decide, install, outage = make_controller(capacity_kwh=400.0, max_kw=150.0)


def on_connect(client, userdata, flags, reason_code, properties):
    client.subscribe([(f"{SITE}/meter", 0), (f"{SITE}/outage", 1), (f"{SITE}/policy", 1)])


def on_meter(client, userdata, msg):
    m = json.loads(msg.payload)
    kw = decide(m["price"], m["load"], m["pv"], m.get("minutes", 5))
    client.publish(f"{SITE}/setpoint", json.dumps({"kw": round(kw, 2)}), qos=1)


def on_policy(client, userdata, msg):
    with np.load(io.BytesIO(msg.payload)) as z:
        n = install({k: z[k] for k in z.files})
    client.publish(f"{SITE}/log", f"policy with {n} numbers in place")


def on_outage(client, userdata, msg):
    outage(json.loads(msg.payload)["kwh"])


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"dispatch-{SITE}")
client.on_connect = on_connect
client.message_callback_add(f"{SITE}/meter", on_meter)
client.message_callback_add(f"{SITE}/policy", on_policy)
client.message_callback_add(f"{SITE}/outage", on_outage)
client.connect(HOST, 1883, keepalive=30)
client.loop_forever()
