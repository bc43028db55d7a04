"""Volt/VAR daemon for one distribution feeder.

kill -HUP <pid> makes it pick up a newly exported model.
"""
import configparser
import logging
import os
import signal
import sys
import time

import torch
from pymodbus.client import ModbusTcpClient

log = logging.getLogger("feederd")
HIDDEN = 96


class Rtu:
    def __init__(self, host, unit):
        self.client = ModbusTcpClient(host)
        self.unit = unit

    def measure(self):
        rr = self.client.read_input_registers(address=0, count=12, slave=self.unit)
        if rr.isError():
            raise IOError("no measurements")
        return torch.tensor([[r / 10000.0 for r in rr.registers]])

    def command(self, tap, var):
        self.client.write_register(address=40, value=tap, slave=self.unit)
        self.client.write_register(address=41, value=int(1000 + 1000 * var), slave=self.unit)


class FeederDaemon:
    def __init__(self, cfg):
        self.model_file = cfg["model"]["file"]
        self.period = cfg.getfloat("loop", "period_s")
        self.rtu = Rtu(cfg["rtu"]["host"], cfg.getint("rtu", "unit"))
        self.reload_wanted = False
        self.running = True
        self.h = torch.zeros(1, HIDDEN)
        self.c = torch.zeros(1, HIDDEN)
        self.misses = 0
        self.load_model()
        signal.signal(signal.SIGHUP, self.on_hup)
        signal.signal(signal.SIGTERM, self.on_term)

    def on_hup(self, signum, frame):
        self.reload_wanted = True

    def on_term(self, signum, frame):
        self.running = False

    def load_model(self):
        self.net = torch.jit.load(self.model_file, map_location="cpu").eval()
        log.info("model %s of %s", self.model_file, time.ctime(os.path.getmtime(self.model_file)))

    def blackout(self):
        # measurements were gone for too long, forget what we knew about the feeder
        self.h = torch.zeros(1, HIDDEN)
        self.c = torch.zeros(1, HIDDEN)
        self.misses = 0

    @torch.inference_mode()
    def cycle(self):
        try:
            meas = self.rtu.measure()
        except IOError as e:
            self.misses += 1
            log.warning("%s (%d)", e, self.misses)
            if self.misses > 30:
                self.blackout()
            return
        self.misses = 0
        logits, var, self.h, self.c = self.net(meas, self.h, self.c)
        self.rtu.command(int(logits.argmax()), float(var))

    def run(self):
        self.rtu.client.connect()
        while self.running:
            began = time.monotonic()
            if self.reload_wanted:
                self.reload_wanted = False
                try:
                    self.load_model()
                except (RuntimeError, OSError, ValueError):
                    log.exception("reload failed, keeping the old model")
            self.cycle()
            time.sleep(max(0.0, self.period - (time.monotonic() - began)))
        self.rtu.client.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    cfg = configparser.ConfigParser()
    cfg.read(sys.argv[1] if len(sys.argv) > 1 else "/etc/feederd.ini")
    FeederDaemon(cfg).run()
