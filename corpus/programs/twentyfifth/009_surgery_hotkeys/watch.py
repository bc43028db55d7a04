"""Interactive playback of suturing skills. Keys: 1-4 skill, BACKSPACE restart, SPACE pause."""
import sys
import time
from dataclasses import dataclass, field

import mujoco
import mujoco.viewer
import numpy as np
import torch
from torch import nn

KEY_SPACE, KEY_BACKSPACE = 32, 259
SKILLS = {49: "reach", 50: "grasp", 51: "drive_needle", 52: "pull_thread"}


class SkillPolicy(nn.Module):
    def __init__(self, n_obs, n_act, units=(128, 128)):
        super().__init__()
        self.inp = nn.Linear(n_obs, units[0])
        self.lstms = nn.ModuleList([nn.LSTMCell(units[0], units[0]), nn.LSTMCell(units[0], units[1])])
        self.mu = nn.Linear(units[1], n_act)
        self.units = units

    def initial(self):
        return {i: (torch.zeros(1, u), torch.zeros(1, u)) for i, u in enumerate(self.units)}

    def forward(self, obs, mem):
        x = torch.tanh(self.inp(obs))
        out = {}
        for i, cell in enumerate(self.lstms):
            out[i] = cell(x, mem[i])
            x = out[i][0]
        return torch.tanh(self.mu(x)), out


@dataclass
class Session:
    policy: SkillPolicy
    mem: dict
    skill: str = "reach"
    paused: bool = False
    restart: bool = False
    log: list = field(default_factory=list)


def load_skill(sess, name):
    sd = torch.load(f"skills/{name}.pt", map_location="cpu")["policy"]
    sess.policy.load_state_dict(sd)
    sess.skill = name


def make_key_callback(sess):
    def on_key(key):
        if key == KEY_SPACE:
            sess.paused = not sess.paused
        elif key == KEY_BACKSPACE:
            sess.restart = True
        elif key in SKILLS:
            load_skill(sess, SKILLS[key])
            print("skill:", sess.skill)
    return on_key


def observe(data):
    return torch.from_numpy(np.concatenate([data.qpos, data.qvel]).astype(np.float32))[None]


def main(xml):
    model = mujoco.MjModel.from_xml_path(xml)
    data = mujoco.MjData(model)
    policy = SkillPolicy(model.nq + model.nv, model.nu).eval()
    sess = Session(policy, policy.initial())
    load_skill(sess, "reach")

    with mujoco.viewer.launch_passive(model, data, key_callback=make_key_callback(sess)) as v:
        while v.is_running():
            t0 = time.time()
            if sess.restart:
                mujoco.mj_resetData(model, data)
                sess.mem = policy.initial()
                sess.restart = False
            if not sess.paused:
                with torch.no_grad():
                    act, sess.mem = policy(observe(data), sess.mem)
                data.ctrl[:] = act[0].numpy()
                for _ in range(5):
                    mujoco.mj_step(model, data)
                sess.log.append((data.time, sess.skill))
            v.sync()
            time.sleep(max(0.0, 5 * model.opt.timestep - (time.time() - t0)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "suture.xml")
