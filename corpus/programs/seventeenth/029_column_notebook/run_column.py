# %% imports
import csv
import os
import time
from datetime import datetime

import numpy as np
from opcua import Client
from sb3_contrib import RecurrentPPO

# %% settings
PLANT = os.environ.get("PLANT_URL", "opc.tcp://plant-gw:4840")
MODEL = "models/column_current.zip"
TAGS = ["ns=2;s=T101.PV", "ns=2;s=T118.PV", "ns=2;s=F201.PV", "ns=2;s=P101.PV", "ns=2;s=L105.PV"]
REFLUX = "ns=2;s=FC301.SP"
MEAN = np.array([78.4, 101.2, 12.5, 1.08, 47.0], dtype=np.float32)
SCALE = np.array([2.0, 3.0, 1.5, 0.05, 10.0], dtype=np.float32)
PERIOD = 15.0

# %% connect
client = Client(PLANT)
client.connect()
nodes = [client.get_node(t) for t in TAGS]
reflux = client.get_node(REFLUX)

# %% model
model = RecurrentPPO.load(MODEL, device="cpu")
loaded_at = os.path.getmtime(MODEL)
print("policy", model.policy.__class__.__name__, "hidden", model.policy.lstm_actor.hidden_size)

# %% log
log = open(f"column_{datetime.now():%Y%m%d_%H%M}.csv", "w", newline="")
writer = csv.writer(log)
writer.writerow(["time"] + TAGS + ["reflux_sp"])

# %% control
lstm_states = None
episode_start = np.ones((1,), dtype=bool)
setpoint = float(reflux.get_value())
try:
    while True:
        t0 = time.monotonic()
        stamp = os.path.getmtime(MODEL)
        if stamp > loaded_at:
            # nightly retraining writes the file
            model.set_parameters(MODEL, exact_match=False, device="cpu")
            loaded_at = stamp
            print(datetime.now(), "new parameters")

        raw = np.array([n.get_value() for n in nodes], dtype=np.float32)
        obs = np.append((raw - MEAN) / SCALE, (setpoint - 8.0) / 2.0).astype(np.float32)
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_start, deterministic=True
        )
        episode_start = np.zeros((1,), dtype=bool)

        setpoint = float(np.clip(setpoint + 0.05 * action[0], 5.0, 11.0))
        reflux.set_value(setpoint)
        writer.writerow([datetime.now().isoformat()] + raw.tolist() + [setpoint])
        log.flush()
        time.sleep(max(0.0, PERIOD - (time.monotonic() - t0)))
except KeyboardInterrupt:
    print("stopped by operator")
finally:
    reflux.set_value(8.0)
    client.disconnect()
    log.close()
