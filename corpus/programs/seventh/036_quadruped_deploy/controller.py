"""Runs rsl_rl recurrent policies on the quadruped.

Three skills (walk, stairs, stand) share one architecture; the operator changes the skill with a button.
"""
import argparse
import time
from pathlib import Path

import numpy as np
import torch
from rsl_rl.modules import ActorCriticRecurrent
from tensordict import TensorDict

from robot_io import N_JOINTS, RobotLink, RobotState

SKILL_BUTTONS = {0: "walk", 1: "stairs", 2: "stand"}
DEFAULT_POSE = np.array([0.1, 0.8, -1.5] * 4, dtype=np.float32)
OBS_DIM = 6 + 2 * N_JOINTS + N_JOINTS + 3


class SkillController:
    def __init__(self, weights_dir: Path, device: str = "cpu"):
        self.device = device
        self.checkpoints = {
            name: torch.load(weights_dir / f"{name}.pt", map_location=device)["model_state_dict"]
            for name in SKILL_BUTTONS.values()
        }
        example = TensorDict({"policy": torch.zeros(1, OBS_DIM)}, batch_size=[1])
        self.policy = ActorCriticRecurrent(
            example,
            {"policy": ["policy"], "critic": ["policy"]},
            N_JOINTS,
            actor_hidden_dims=[256, 128],
            critic_hidden_dims=[256, 128],
            rnn_type="lstm",
            rnn_hidden_dim=256,
        ).to(device)
        self.policy.eval()
        self.skill = None
        self.last_action = np.zeros(N_JOINTS, dtype=np.float32)
        self.command = np.zeros(3, dtype=np.float32)
        self.select("stand")

    def select(self, skill: str) -> None:
        if skill == self.skill:
            return
        self.policy.load_state_dict(self.checkpoints[skill])
        self.policy.reset()
        self.last_action[:] = 0.0
        self.skill = skill
        print(f"skill: {skill}")

    @torch.inference_mode()
    def step(self, state: RobotState) -> np.ndarray:
        vector = np.concatenate([
            0.25 * state.gyro,
            state.gravity,
            state.q - DEFAULT_POSE,
            0.05 * state.dq,
            self.last_action,
            self.command,
        ])
        obs = TensorDict({"policy": torch.from_numpy(vector).unsqueeze(0).to(self.device)}, batch_size=[1])
        action = self.policy.act_inference(obs)[0].cpu().numpy()
        self.last_action = np.clip(action, -5.0, 5.0)
        return DEFAULT_POSE + 0.25 * self.last_action


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("weights", type=Path)
    parser.add_argument("--host", default="192.168.123.10")
    parser.add_argument("--port", type=int, default=8007)
    parser.add_argument("--rate", type=float, default=50.0)
    args = parser.parse_args()

    link = RobotLink(args.host, args.port)
    link.write(DEFAULT_POSE)
    controller = SkillController(args.weights)
    period = 1.0 / args.rate
    while True:
        t0 = time.perf_counter()
        try:
            state = link.read()
        except TimeoutError:
            print("no state from the robot")
            continue
        for bit, skill in SKILL_BUTTONS.items():
            if state.pressed(bit):
                controller.select(skill)
        link.write(controller.step(state))
        time.sleep(max(0.0, period - (time.perf_counter() - t0)))


if __name__ == "__main__":
    main()
