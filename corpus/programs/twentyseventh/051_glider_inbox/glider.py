import logging
import time

import torch

from hardware import Buoyancy, Ctd, Fins, Gps
from inbox import Inbox
from pilot_net import PilotNet

log = logging.getLogger("glider")


class Glider:
    def __init__(self, start_weights, inbox_dir, period=4.0):
        self.net = PilotNet()
        self.net.load_state_dict(torch.load(start_weights, map_location="cpu"))
        self.net.eval()
        self.inbox = Inbox(inbox_dir)
        self.ctd, self.fins, self.pump, self.gps = Ctd(), Fins(), Buoyancy(), Gps()
        self.period = period
        self.turn_depth = 200.0
        self.heading = 0.0

    def handle(self, msg):
        kind = msg["type"]
        if kind == "mission":
            self.turn_depth = msg["turn_depth"]
            self.heading = msg["heading"]
            self.adopt(msg)
            self.net.blank()
            log.info("mission %s", msg["id"])
        elif kind == "retune":
            self.adopt(msg)
            log.info("retuned pilot from message %s", msg["id"])
        elif kind == "heading":
            self.heading = msg["heading"]
        else:
            log.warning("unknown message %r", kind)

    def adopt(self, msg):
        weights = torch.load(msg["weights"], map_location="cpu")
        self.net.load_state_dict(weights)

    def reading(self):
        s = self.ctd.read()
        att = self.fins.attitude()
        return torch.tensor(
            [[s.depth / 1000, s.temp / 30, s.salinity / 40, att.pitch, att.roll,
              (att.heading - self.heading) / 180, self.turn_depth / 1000, self.pump.fill]]
        )

    def spin(self):
        while True:
            for msg in self.inbox.new():
                self.handle(msg)
            pitch, roll, ballast = self.net(self.reading()).tolist()
            self.fins.set(pitch=25 * pitch, roll=20 * roll)
            self.pump.move(ballast)
            time.sleep(self.period)


if __name__ == "__main__":
    logging.basicConfig(filename="glider.log", level=logging.INFO)
    Glider("pilot.pt", "/var/modem/inbox").spin()
