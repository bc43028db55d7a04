"""Control loop of the hand.

EMG windows come on a SUB socket, the therapist's program sends commands on REP:
  {"user": "anna"}            another user puts the hand on
  {"calibrated": "file.pt"}   the calibration on the workstation has finished
  {"relax": true}
"""
import argparse
import os

import numpy as np
import torch
import zmq

from grip import HandController


def command(hand, msg, folder):
    if "user" in msg:
        path = os.path.join(folder, msg["user"] + ".pt")
        if not os.path.exists(path):
            return {"ok": False, "why": "unknown user"}
        hand.load(path)
        hand.relax()
    elif "calibrated" in msg:
        hand.load(os.path.join(folder, msg["calibrated"]))
    elif msg.get("relax"):
        hand.relax()
    else:
        return {"ok": False, "why": "what?"}
    return {"ok": True}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--emg", default="tcp://127.0.0.1:7001")
    parser.add_argument("--motor", default="tcp://127.0.0.1:7002")
    parser.add_argument("--control", default="tcp://*:7003")
    parser.add_argument("--folder", default="users")
    parser.add_argument("--user", default="default")
    args = parser.parse_args()

    ctx = zmq.Context()
    emg = ctx.socket(zmq.SUB)
    emg.connect(args.emg)
    emg.setsockopt(zmq.SUBSCRIBE, b"")
    motor = ctx.socket(zmq.PUB)
    motor.connect(args.motor)
    control = ctx.socket(zmq.REP)
    control.bind(args.control)

    hand = HandController(os.path.join(args.folder, args.user + ".pt"))
    poller = zmq.Poller()
    poller.register(emg, zmq.POLLIN)
    poller.register(control, zmq.POLLIN)
    try:
        while True:
            ready = dict(poller.poll(1000))
            if control in ready:
                control.send_json(command(hand, control.recv_json(), args.folder))
            if emg in ready:
                raw = np.frombuffer(emg.recv(), dtype=np.float32).reshape(-1, 8)
                grip, force = hand.window(torch.from_numpy(raw.copy()))
                motor.send_json({"grip": grip, "force": round(force, 3)})
    except KeyboardInterrupt:
        pass
    finally:
        ctx.destroy(linger=0)


if __name__ == "__main__":
    main()
