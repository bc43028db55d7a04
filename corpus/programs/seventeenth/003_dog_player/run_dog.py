import sys
import time

import numpy as np
import yaml

from dog_io import Joystick, LowLevel
from player import DogPlayer

STAND_POSE = np.tile([0.0, 0.8, -1.6], 4).astype(np.float32)


def build_obs(low, cmd, last_action):
    s = low.read()
    return np.concatenate([
        s.gyro * 0.25, s.gravity, cmd, s.q - STAND_POSE, s.dq * 0.05, last_action,
    ]).astype(np.float32)


def main(cfg_path):
    with open(cfg_path) as f:
        cfg = yaml.safe_load(f)
    low, joy = LowLevel(cfg["interface"]), Joystick()
    player = DogPlayer(cfg)
    player.restore(cfg["gaits"]["walk"])
    player.init_rnn()
    gait, standing = "walk", True
    action = np.zeros(cfg["act_dim"], np.float32)
    period = 1.0 / cfg["rate"]

    while not joy.quit:
        t0 = time.monotonic()
        joy.poll()
        if joy.pressed("B"):
            standing = not standing
            action[:] = 0.0
            player.init_rnn()
        wanted = joy.gait()
        if wanted is not None and wanted != gait:
            player.restore(cfg["gaits"][wanted])
            print("gait", gait, "->", wanted)
            gait = wanted
            if standing:
                player.init_rnn()
        if standing:
            low.go_to(STAND_POSE, kp=40.0, kd=1.0)
        else:
            action = player.get_action(build_obs(low, joy.velocity(), action))
            low.go_to(STAND_POSE + cfg["action_scale"] * action, kp=cfg["kp"], kd=cfg["kd"])
        time.sleep(max(0.0, period - (time.monotonic() - t0)))
    low.damp()


if __name__ == "__main__":
    main(sys.argv[1])
