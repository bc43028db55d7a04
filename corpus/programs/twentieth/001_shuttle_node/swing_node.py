#!/usr/bin/env python3
import os

import rclpy
import torch
from geometry_msgs.msg import PointStamped
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, Int32

from model import SwingNet


class SwingNode(Node):
    def __init__(self):
        super().__init__("swing")
        self.declare_parameter("checkpoint", "/data/swing/latest.pt")
        self.declare_parameter("reload_period", 5.0)
        self.declare_parameter("max_speed", 4.0)
        self.path = self.get_parameter("checkpoint").value
        self.max_speed = self.get_parameter("max_speed").value

        self.net = SwingNet()
        self.net.eval()
        self.net.load_state_dict(torch.load(self.path, map_location="cpu")["model"])
        self.mtime = os.path.getmtime(self.path)

        self.h = self.net.start()
        self.rally = -1
        self.joints = None
        self.last_track = [0.0] * 3

        self.create_subscription(JointState, "joint_states", self.on_joints, 10)
        self.create_subscription(Int32, "rally", self.on_rally, 10)
        self.create_subscription(PointStamped, "shuttle", self.on_shuttle, 1)
        self.pub = self.create_publisher(Float64MultiArray, "velocity_command", 1)
        self.create_timer(self.get_parameter("reload_period").value, self.on_reload_timer)

    def on_joints(self, msg):
        self.joints = list(msg.position) + list(msg.velocity)

    def on_rally(self, msg):
        if msg.data != self.rally:
            self.rally = msg.data
            self.h = self.net.start()
            self.last_track = [0.0] * 3

    def on_shuttle(self, msg):
        if self.joints is None:
            return
        track = [msg.point.x, msg.point.y, msg.point.z]
        away = 1.0 if track[0] > self.last_track[0] else -1.0
        obs = torch.tensor([track + self.last_track + self.joints + [away]])
        self.last_track = track
        with torch.no_grad():
            speed, self.h = self.net(obs, self.h)
        out = Float64MultiArray()
        out.data = [float(s) * self.max_speed for s in speed[0]]
        self.pub.publish(out)

    def on_reload_timer(self):
        mtime = os.path.getmtime(self.path)
        if mtime <= self.mtime:
            return
        try:
            ckpt = torch.load(self.path, map_location="cpu")
        except (EOFError, RuntimeError):
            self.get_logger().warn("checkpoint is still being written")
            return
        self.net.load_state_dict(ckpt["model"])
        self.mtime = mtime
        self.get_logger().info(f"rally {self.rally}: weights of step {ckpt['step']}")


def main():
    rclpy.init()
    node = SwingNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    node.destroy_node()
    rclpy.shutdown()


if __name__ == "__main__":
    main()
