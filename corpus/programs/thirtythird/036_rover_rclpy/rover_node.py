import math

import numpy as np
import rclpy
import torch
from geometry_msgs.msg import PoseStamped, Twist
from nav_msgs.msg import Odometry
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import LaserScan
from std_srvs.srv import Trigger

from terrain_net import BINS, TerrainNet


class RoverNode(Node):
    def __init__(self):
        super().__init__("rover_policy")
        self.declare_parameter("weights", "")
        self.declare_parameter("rate", 20.0)
        self.net = TerrainNet().eval()
        self.core = None
        self.cold = True
        self.ready = False
        self.scan = None
        self.pose = None
        self.goal = None
        self.create_subscription(LaserScan, "scan", self.on_scan, qos_profile_sensor_data)
        self.create_subscription(Odometry, "odom", self.on_odom, 10)
        self.create_subscription(PoseStamped, "goal_pose", self.on_goal, 10)
        self.create_service(Trigger, "~/reload", self.on_reload)
        self.pub = self.create_publisher(Twist, "cmd_vel", 10)
        self.create_timer(1.0 / self.get_parameter("rate").value, self.tick)

    def on_scan(self, msg):
        r = np.nan_to_num(np.asarray(msg.ranges, dtype=np.float32), posinf=10.0)
        r = r[: len(r) // BINS * BINS].reshape(BINS, -1).min(axis=1)
        self.scan = torch.from_numpy(np.clip(r, 0.0, 10.0) / 10.0).unsqueeze(0)

    def on_odom(self, msg):
        q = msg.pose.pose.orientation
        yaw = math.atan2(2 * (q.w * q.z + q.x * q.y), 1 - 2 * (q.y ** 2 + q.z ** 2))
        self.pose = (msg.pose.pose.position.x, msg.pose.pose.position.y, yaw)

    def on_goal(self, msg):
        self.goal = (msg.pose.position.x, msg.pose.position.y)
        self.cold = True

    def on_reload(self, request, response):
        path = self.get_parameter("weights").value
        try:
            self.net.load_state_dict(torch.load(path, map_location="cpu"))
        except (OSError, RuntimeError) as e:
            response.success = False
            response.message = str(e)
            self.ready = False
            return response
        self.cold = True
        self.ready = True
        response.success = True
        response.message = path
        return response

    def tick(self):
        if not self.ready or self.scan is None or self.pose is None or self.goal is None:
            return
        dx, dy = self.goal[0] - self.pose[0], self.goal[1] - self.pose[1]
        dist = math.hypot(dx, dy)
        if dist < 0.3:
            self.goal = None
            self.pub.publish(Twist())
            return
        if self.cold:
            self.core = torch.zeros(1, 1, self.net.units)
            self.cold = False
        bearing = math.atan2(dy, dx) - self.pose[2]
        goal = torch.tensor([[min(dist, 10.0) / 10.0, math.cos(bearing), math.sin(bearing)]])
        with torch.no_grad():
            cmd, self.core = self.net(self.scan, goal, self.core)
        out = Twist()
        out.linear.x = 0.4 * (float(cmd[0, 0]) + 1.0)
        out.angular.z = 1.2 * float(cmd[0, 1])
        self.pub.publish(out)


def main():
    rclpy.init()
    node = RoverNode()
    try:
        rclpy.spin(node)
    finally:
        node.destroy_node()
        rclpy.shutdown()


if __name__ == "__main__":
    main()
