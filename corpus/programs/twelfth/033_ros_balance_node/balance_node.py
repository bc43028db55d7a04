#!/usr/bin/env python3
import os

import rclpy
import torch
from rclpy.node import Node
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import Float64MultiArray, String
from std_srvs.srv import SetBool, Trigger

from policy import BalancePolicy

JOINTS = ["left_wheel", "right_wheel", "hip"]


class BalanceNode(Node):
    def __init__(self):
        super().__init__("balance_policy")
        self.declare_parameter("policy_file", "/opt/robot/policies/balance.pt")
        self.declare_parameter("rate", 100.0)
        self.declare_parameter("max_torque", 4.0)

        self.policy = BalancePolicy(n_obs=6 + 2 * len(JOINTS), n_act=len(JOINTS))
        self.state = self.policy.zero_state()
        self.imu = None
        self.joints = None
        self.enabled = False
        self.load_policy(self.get_parameter("policy_file").value)

        self.create_subscription(Imu, "imu/data", self.on_imu, 10)
        self.create_subscription(JointState, "joint_states", self.on_joints, 10)
        self.create_subscription(String, "~/policy_file", self.on_policy_file, 1)
        self.create_service(Trigger, "~/reload", self.on_reload)
        self.create_service(SetBool, "~/enable", self.on_enable)
        self.cmd_pub = self.create_publisher(Float64MultiArray, "effort_controller/commands", 10)
        self.create_timer(1.0 / self.get_parameter("rate").value, self.control)

    def load_policy(self, path):
        if not os.path.isfile(path):
            self.get_logger().error(f"no such policy: {path}")
            return False
        weights = torch.load(path, map_location="cpu")
        self.policy.load_state_dict(weights)
        self.policy.eval()
        self.state = self.policy.zero_state()
        self.get_logger().info(f"policy {os.path.basename(path)} loaded")
        return True

    def on_policy_file(self, msg):
        self.load_policy(msg.data)

    def on_reload(self, request, response):
        response.success = self.load_policy(self.get_parameter("policy_file").value)
        response.message = "ok" if response.success else "file missing"
        return response

    def on_enable(self, request, response):
        if request.data and not self.enabled:
            self.state = self.policy.zero_state()
        self.enabled = request.data
        response.success = True
        return response

    def on_imu(self, msg):
        g, a = msg.angular_velocity, msg.linear_acceleration
        self.imu = [g.x, g.y, g.z, a.x / 9.81, a.y / 9.81, a.z / 9.81]

    def on_joints(self, msg):
        index = {n: i for i, n in enumerate(msg.name)}
        try:
            ids = [index[n] for n in JOINTS]
        except KeyError as e:
            self.get_logger().warn(f"joint {e} missing", throttle_duration_sec=5.0)
            return
        self.joints = [msg.position[i] for i in ids] + [msg.velocity[i] / 20.0 for i in ids]

    def control(self):
        if not self.enabled or self.imu is None or self.joints is None:
            return
        obs = torch.tensor([self.imu + self.joints])
        with torch.no_grad():
            action, self.state = self.policy(obs, self.state)
        scale = self.get_parameter("max_torque").value
        self.cmd_pub.publish(Float64MultiArray(data=[float(u) * scale for u in action[0]]))


def main():
    rclpy.init()
    node = BalanceNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    node.destroy_node()
    rclpy.shutdown()


if __name__ == "__main__":
    main()
