import argparse
import logging
from pathlib import Path

import numpy as np
import rclpy
import torch
from geometry_msgs.msg import PoseStamped, Twist
from rclpy.node import Node
from sensor_msgs.msg import LaserScan

from rover.events import Bus
from rover.navigator import Navigator, NavNet
from rover.updates import OverTheAir


class DriveNode(Node):
    def __init__(self, weights: Path, inbox: Path, n_lidar: int = 360):
        super().__init__("rover_drive")
        net = NavNet(n_lidar, 2)
        net.load_state_dict(torch.load(weights, map_location="cpu"))
        net.eval()
        self.bus = Bus()
        self.navigator = Navigator(self.bus, net)
        self.ota = OverTheAir(self.bus, net, inbox)
        self.goal = None
        self.pub = self.create_publisher(Twist, "cmd_vel", 1)
        self.create_subscription(LaserScan, "scan", self.on_scan, 1)
        self.create_subscription(PoseStamped, "goal", self.on_goal, 1)
        self.create_timer(10.0, self.ota.poll)

    def on_goal(self, msg):
        self.goal = np.array([msg.pose.position.x, msg.pose.position.y, msg.pose.orientation.z])
        self.bus.emit("goal")

    def on_scan(self, msg):
        if self.goal is None:
            return
        out = Twist()
        out.linear.x, out.angular.z = self.navigator.drive(np.asarray(msg.ranges), self.goal)
        self.pub.publish(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights", type=Path)
    ap.add_argument("--inbox", type=Path, default=Path("/var/rover/inbox"))
    args, _ = ap.parse_known_args()
    logging.basicConfig(level=logging.INFO)
    rclpy.init()
    rclpy.spin(DriveNode(args.weights, args.inbox))


if __name__ == "__main__":
    main()
