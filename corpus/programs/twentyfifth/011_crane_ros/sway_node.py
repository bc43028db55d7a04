#!/usr/bin/env python3
from dataclasses import dataclass

import numpy as np
import rclpy
import torch
import torch.nn as nn
from geometry_msgs.msg import Twist
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Empty, String
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class SwayNet(nn.Module):
    def __init__(self, n_in=6, n_hidden=72):
        super().__init__()
        self.pre = nn.Linear(n_in, n_hidden)
        self.lstm = nn.LSTM(n_hidden, n_hidden, 1)
        self.cmd = nn.Linear(n_hidden, 2)

    def forward(self, x, h, c):
        y, (h, c) = self.lstm(torch.relu(self.pre(x)).unsqueeze(0), (h, c))
        return torch.tanh(self.cmd(y[0])), h, c


@dataclass
class Carry:
    h: torch.Tensor
    c: torch.Tensor

    @classmethod
    def zeros(cls, n=72):
        return cls(torch.zeros(1, 1, n), torch.zeros(1, 1, n))


class SwayNode(Node):
    def __init__(self):
        super().__init__("sway_damper")
        self.declare_parameter("policy_dir", "/opt/crane/policies")
        self.declare_parameter("policy", "empty_spreader")
        self.net = SwayNet()
        self.net.requires_grad_(False)
        self.carry = Carry.zeros()
        self.current = None
        self.apply_policy(self.get_parameter("policy").value)

        self.pub = self.create_publisher(Twist, "trolley/cmd", 10)
        self.create_subscription(JointState, "crane/joints", self.on_joints, 10)
        self.create_subscription(String, "crane/policy", self.on_policy, 1)
        self.create_subscription(Empty, "crane/homed", self.on_homed, 1)

    def apply_policy(self, name):
        folder = self.get_parameter("policy_dir").value
        flat = np.load(f"{folder}/{name}.npz")["theta"].astype(np.float32)
        expected = parameters_to_vector(self.net.parameters()).numel()
        if flat.size != expected:
            self.get_logger().error(f"{name}: {flat.size} parameters, expected {expected}")
            return
        vector_to_parameters(torch.from_numpy(flat), self.net.parameters())
        self.current = name
        self.get_logger().info(f"policy {name}")

    def on_policy(self, msg):
        if msg.data and msg.data != self.current:
            self.apply_policy(msg.data)

    def on_homed(self, _msg):
        self.carry = Carry.zeros()

    def on_joints(self, msg):
        idx = {n: i for i, n in enumerate(msg.name)}
        vals = []
        for joint in ("trolley", "hoist", "sway"):
            vals += [msg.position[idx[joint]], msg.velocity[idx[joint]]]
        x = torch.tensor([vals], dtype=torch.float32)
        u, self.carry.h, self.carry.c = self.net(x, self.carry.h, self.carry.c)
        out = Twist()
        out.linear.x = float(u[0, 0]) * 2.0
        out.linear.z = float(u[0, 1]) * 0.8
        self.pub.publish(out)


def main():
    rclpy.init()
    node = SwayNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    finally:
        node.destroy_node()
        rclpy.shutdown()


if __name__ == "__main__":
    main()
