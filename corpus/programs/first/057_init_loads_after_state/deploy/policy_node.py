"""ROS2 node around an exported GRU walking policy."""
from pathlib import Path

import numpy as np
import rclpy
import torch
from rclpy.node import Node
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import Float64MultiArray

from .nets import WalkNet


class PolicyNode(Node):
    def __init__(self):
        super().__init__("walk_policy")
        self.declare_parameter("weights", "")
        self.declare_parameter("rate", 50.0)
        self.net = WalkNet(obs=45, act=12, hidden=256)
        self.hidden = torch.zeros(1, 1, 256)
        self.last_action = torch.zeros(12)
        w = Path(self.get_parameter("weights").value)
        if not w.is_file():
            raise FileNotFoundError(w)
        blob = torch.load(w, map_location="cpu")
        self.net.load_state_dict(blob["actor"])
        self.net.eval()
        self.mean, self.std = blob["obs_mean"], blob["obs_std"]
        self.imu = None
        self.joints = None
        self.create_subscription(Imu, "/imu", self._on_imu, 10)
        self.create_subscription(JointState, "/joint_states", self._on_joints, 10)
        self.pub = self.create_publisher(Float64MultiArray, "/cmd", 10)
        self.timer = self.create_timer(1.0 / self.get_parameter("rate").value, self._tick)

    def _on_imu(self, msg):
        self.imu = np.array([msg.angular_velocity.x, msg.angular_velocity.y, msg.angular_velocity.z,
                             msg.linear_acceleration.x, msg.linear_acceleration.y, msg.linear_acceleration.z])

    def _on_joints(self, msg):
        self.joints = np.concatenate([msg.position, msg.velocity])

    @torch.inference_mode()
    def _tick(self):
        if self.imu is None or self.joints is None:
            return
        o = torch.as_tensor(np.concatenate([self.imu, self.joints]), dtype=torch.float32)
        o = torch.cat([(o - self.mean) / self.std, self.last_action])
        a, self.hidden = self.net(o.view(1, 1, -1), self.hidden)
        self.last_action = a.flatten()
        self.pub.publish(Float64MultiArray(data=self.last_action.tolist()))


def main():
    rclpy.init()
    node = PolicyNode()
    try:
        rclpy.spin(node)
    finally:
        node.destroy_node()
        rclpy.shutdown()
