import numpy as np
import rclpy
import torch
from geometry_msgs.msg import Twist
from nav_msgs.msg import Odometry
from rclpy.node import Node
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool, String

from .net import MowerNet


class MowerPolicyNode(Node):
    def __init__(self):
        super().__init__("mower_policy")
        self.declare_parameter("weights", "/opt/mower/policy.pt")
        self.declare_parameter("rate", 10.0)
        self.declare_parameter("max_speed", 0.6)
        self.declare_parameter("max_turn", 1.2)

        self.net = MowerNet()
        self.net.load_state_dict(
            torch.load(self.get_parameter("weights").value, map_location="cpu"))
        self.net.eval()

        self.hidden = None
        self.scan = None
        self.vel = np.zeros(2, np.float32)
        self.active = False

        self.create_subscription(LaserScan, "scan", self.on_scan, 10)
        self.create_subscription(Odometry, "odom", self.on_odom, 10)
        self.create_subscription(Bool, "mow", self.on_mow, 1)
        self.create_subscription(String, "policy_update", self.on_policy_update, 1)
        self.pub = self.create_publisher(Twist, "cmd_vel", 1)
        self.create_timer(1.0 / self.get_parameter("rate").value, self.tick)

    def on_scan(self, msg):
        r = np.nan_to_num(np.asarray(msg.ranges, np.float32), nan=8.0, posinf=8.0)
        step = max(1, len(r) // self.net.beams)
        self.scan = r[::step][: self.net.beams] / 8.0

    def on_odom(self, msg):
        self.vel[0] = msg.twist.twist.linear.x
        self.vel[1] = msg.twist.twist.angular.z

    def on_mow(self, msg):
        if msg.data and not self.active:
            self.hidden = None
        self.active = msg.data

    def on_policy_update(self, msg):
        try:
            weights = torch.load(msg.data, map_location="cpu")
            self.net.load_state_dict(weights)
        except (OSError, RuntimeError) as err:
            self.get_logger().error(f"update failed: {err}")
            self.active = False
            return
        self.hidden = None
        self.get_logger().info(f"now mowing with {msg.data}")

    @torch.no_grad()
    def tick(self):
        out = Twist()
        if self.active and self.scan is not None and len(self.scan) == self.net.beams:
            scan = torch.from_numpy(self.scan).unsqueeze(0)
            vel = torch.from_numpy(self.vel).unsqueeze(0)
            cmd, self.hidden = self.net(scan, vel, self.hidden)
            out.linear.x = float(cmd[0, 0]) * self.get_parameter("max_speed").value
            out.angular.z = float(cmd[0, 1]) * self.get_parameter("max_turn").value
        self.pub.publish(out)


def main():
    rclpy.init()
    node = MowerPolicyNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    node.destroy_node()
    rclpy.shutdown()


if __name__ == "__main__":
    main()
