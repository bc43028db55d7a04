"""Runs the paddle arm against the ball machine. Training goes on on the other computer and
writes its checkpoints into a shared folder."""
import argparse
import glob
import json
import os
import socket
import time

import torch
from torch import nn


class PaddlePolicy(nn.Module):
    def __init__(self, n_obs=15, n_joints=6, hidden=128):
        super().__init__()
        self.pre = nn.Sequential(nn.Linear(n_obs, hidden), nn.ELU())
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.mu = nn.Linear(hidden, n_joints)

    def forward(self, obs, hidden=None):
        x = self.pre(obs)
        x, hidden = self.lstm(x, hidden)
        return torch.tanh(self.mu(x)), hidden


class ArmLink:
    """Datagrams from and to the arm's controller, 200 per second."""

    def __init__(self, host, port):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("", port))
        self.sock.settimeout(1.0)
        self.peer = (host, port + 1)

    def receive(self):
        data, _ = self.sock.recvfrom(4096)
        msg = json.loads(data)
        obs = msg["ball_pos"] + msg["ball_vel"] + msg["joints"] + msg["paddle"]
        return torch.tensor(obs, dtype=torch.float32), msg["rally"]

    def send(self, joints):
        self.sock.sendto(json.dumps({"dq": joints.tolist()}).encode(), self.peer)


def newest_checkpoint(folder):
    files = glob.glob(os.path.join(folder, "paddle_*.pt"))
    return max(files, key=os.path.getmtime) if files else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--host", default="192.168.7.20")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--check-every", type=float, default=2.0)
    args = parser.parse_args()

    arm = ArmLink(args.host, args.port)
    policy = PaddlePolicy().eval()
    current = newest_checkpoint(args.folder)
    if current is None:
        raise SystemExit("no checkpoint in " + args.folder)
    policy.load_state_dict(torch.load(current, map_location="cpu")["actor"])

    hidden = None
    rally = None
    last_check = time.monotonic()
    while True:
        try:
            obs, rally_now = arm.receive()
        except socket.timeout:
            continue
        if rally_now != rally:
            hidden = None
            rally = rally_now

        if time.monotonic() - last_check > args.check_every:
            last_check = time.monotonic()
            path = newest_checkpoint(args.folder)
            if path != current:
                ckpt = torch.load(path, map_location="cpu")
                policy.load_state_dict(ckpt["actor"])
                current = path
                print(f"rally {rally}: now playing {os.path.basename(path)} (iteration {ckpt['iteration']})")

        with torch.no_grad():
            dq, hidden = policy(obs.view(1, 1, -1), hidden)
        arm.send(dq.view(-1))


if __name__ == "__main__":
    main()
