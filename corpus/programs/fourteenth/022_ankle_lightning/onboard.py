import struct
import sys

import serial
import torch

from ankle import AnkleController

FRAME = struct.Struct("<7fB")  # channels, foot-on flag
LIMIT = 1.8


def main(ckpt: str, port: str = "/dev/ttyS1") -> None:
    model = AnkleController.load_from_checkpoint(ckpt, map_location="cpu").eval()
    link = serial.Serial(port, 921600, timeout=0.05)
    walking, still = False, 0
    model.begin()
    with torch.inference_mode():
        while True:
            raw = link.read(FRAME.size)
            if len(raw) != FRAME.size:
                link.reset_input_buffer()
                continue
            *channels, moving = FRAME.unpack(raw)
            still = 0 if moving else still + 1
            if still > 400:
                walking = False
                link.write(struct.pack("<f", 0.0))
                continue
            if not walking:
                walking = True
                model.begin()
            torque = float(model(torch.tensor([channels])))
            link.write(struct.pack("<f", max(-LIMIT, min(LIMIT, torque))))


if __name__ == "__main__":
    main(*sys.argv[1:])
