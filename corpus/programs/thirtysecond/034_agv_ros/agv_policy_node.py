#!/usr/bin/env python3
import os

import numpy as np
import rclpy
import torch
from geometry_msgs.msg import Twist
from rclpy.node import Node
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool, String
from std_srvs.srv import Trigger

from recurrent_driver import Driver


class AgvPolicyNode(Node):
    def __init__(self):
        super().__init__("agv_policy")
        self.declare_parameter("model_dir", "/opt/agv/models")
        self.declare_parameter("model", "dock_v1.pt")
        self.declare_parameter("rate_hz", 10.0)
        self.declare_parameter("v_max", 0.8)
        self.driver = Driver(n_beams=36)
        self._read_model(self.get_parameter("model").value)
        self.inner = torch.zeros(self.driver.layers, 1, self.driver.width)
        self.beams = None
        self.cmd = self.create_publisher(Twist, "cmd_vel", 10)
        self.create_subscription(LaserScan, "scan", self.on_scan, 10)
        self.create_subscription(String, "policy/use", self.on_use, 1)
        self.create_subscription(Bool, "goal_reached", self.on_goal, 1)
        self.create_service(Trigger, "policy/restart", self.on_restart)
        self.create_timer(1.0 / self.get_parameter("rate_hz").value, self.tick)

    def _read_model(self, name):
        path = os.path.join(self.get_parameter("model_dir").value, name)
        self.driver.load_state_dict(torch.load(path, map_location="cpu"))
        self.driver.eval()
        self.get_logger().info("model %s" % path)

    def on_scan(self, msg):
        r = np.nan_to_num(np.asarray(msg.ranges, dtype=np.float32), posinf=msg.range_max)
        idx = np.linspace(0, len(r) - 1, 36).astype(int)
        self.beams = torch.from_numpy(np.clip(r[idx] / msg.range_max, 0.0, 1.0))

    def on_use(self, msg):
        self.halt()
        try:
            self._read_model(msg.data)
        except (OSError, RuntimeError) as err:
            self.get_logger().error("kept the old model: %s" % err)
        self.inner.zero_()

    def on_goal(self, msg):
        if msg.data:
            self.halt()
            self.inner.zero_()

    def on_restart(self, request, response):
        self.inner.zero_()
        response.success = True
        response.message = "policy restarted"
        return response

    def halt(self):
        self.cmd.publish(Twist())

    def tick(self):
        if self.beams is None:
            return
        with torch.no_grad():
            out, nxt = self.driver(self.beams.view(1, 1, -1), self.inner)
        self.inner.copy_(nxt)
        t = Twist()
        t.linear.x = float(out[0, 0, 0].clamp(0, 1)) * self.get_parameter("v_max").value
        t.angular.z = float(out[0, 0, 1].clamp(-1, 1))
        self.cmd.publish(t)


def main(args=None):
    rclpy.init(args=args)
    node = AgvPolicyNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    finally:
        node.halt()
        node.destroy_node()
        rclpy.shutdown()


if __name__ == "__main__":
    main()
