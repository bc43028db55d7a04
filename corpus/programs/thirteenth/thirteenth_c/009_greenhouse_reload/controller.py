"""Greenhouse climate loop: read the sensors once a minute, set vents, heating and fogging.

The trainer on the office machine rsyncs a new policy.pt whenever it has one.
"""
import logging
import os
import time

import torch
import yaml
from pymodbus.client import ModbusTcpClient

from policy import ClimatePolicy

log = logging.getLogger("greenhouse")

SENSORS = ["t_in", "t_out", "rh_in", "co2", "par", "wind"]
ACTUATORS = ["vent", "heat", "fog"]


class Plc:
    def __init__(self, cfg):
        self.cfg = cfg
        self.client = ModbusTcpClient(cfg["host"], port=cfg.get("port", 502))
        self.client.connect()

    def read(self):
        out = []
        for name in SENSORS:
            reg = self.cfg["sensors"][name]
            raw = self.client.read_input_registers(reg["addr"], 1).registers[0]
            out.append(raw * reg["scale"] + reg.get("offset", 0.0))
        return out

    def write(self, values):
        for name, v in zip(ACTUATORS, values):
            self.client.write_register(self.cfg["actuators"][name], int(1000 * v))


class GreenhouseController:
    def __init__(self, cfg):
        self.cfg = cfg
        self.plc = Plc(cfg["plc"])
        self.policy = ClimatePolicy(len(SENSORS), len(ACTUATORS)).eval()
        self.policy_file = cfg["policy_file"]
        self.policy_mtime = 0.0
        self.h = None
        self.last = [0.0] * len(ACTUATORS)

    def refresh_policy(self):
        try:
            mtime = os.path.getmtime(self.policy_file)
        except FileNotFoundError:
            return
        if mtime <= self.policy_mtime:
            return
        try:
            weights = torch.load(self.policy_file, map_location="cpu")
        except Exception:
            log.exception("half written policy file, trying again next minute")
            return
        self.policy.load_state_dict(weights)
        self.policy_mtime = mtime
        log.info("new policy from %s", time.ctime(mtime))

    def limit(self, wanted):
        step = self.cfg.get("max_step", 0.1)
        return [max(l - step, min(l + step, w)) for l, w in zip(self.last, wanted)]

    @torch.no_grad()
    def tick(self):
        x = torch.tensor(self.plc.read(), dtype=torch.float32)
        action, self.h = self.policy(x, self.h)
        self.last = self.limit(action.tolist())
        self.plc.write(self.last)
        log.debug("sensors %s -> %s", x.tolist(), self.last)

    def run(self):
        period = self.cfg.get("period", 60.0)
        while True:
            started = time.monotonic()
            self.refresh_policy()
            try:
                self.tick()
            except ConnectionError:
                log.exception("plc not reachable")
            time.sleep(max(0.0, period - (time.monotonic() - started)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with open("greenhouse.yaml") as f:
        GreenhouseController(yaml.safe_load(f)).run()
