import rclpy
from geometry_msgs.msg import Vector3
from rclpy.node import Node
from sensor_msgs.msg import Imu, NavSatFix
from std_srvs.srv import Trigger

from .pilot import Pilot


class PilotNode(Node):
    def __init__(self):
        super().__init__("buoy_pilot")
        self.declare_parameter("weights", "/opt/buoy/policy.pt")
        self.declare_parameter("rate", 10.0)
        self.pilot = Pilot(self.get_parameter("weights").value)
        self.imu, self.home, self.fix = None, None, None
        self.create_subscription(Imu, "imu", self.on_imu, 10)
        self.create_subscription(NavSatFix, "fix", self.on_fix, 10)
        self.create_service(Trigger, "keep_here", self.keep_here)
        self.out = self.create_publisher(Vector3, "thrust", 10)
        self.timer = self.create_timer(1.0 / self.get_parameter("rate").value, self.tick)

    def on_imu(self, msg):
        self.imu = msg

    def on_fix(self, msg):
        self.fix = msg
        if self.home is None:
            self.home = msg

    def keep_here(self, request, response):
        self.home = self.fix
        self.pilot.on_station()
        response.success = self.home is not None
        return response

    def tick(self):
        if self.imu is None or self.fix is None:
            return
        a, w = self.imu.linear_acceleration, self.imu.angular_velocity
        off = ((self.fix.latitude - self.home.latitude) * 1e5, (self.fix.longitude - self.home.longitude) * 1e5)
        u = self.pilot.thrust([a.x, a.y, a.z, w.x, w.y, w.z, *off, self.fix.altitude])
        self.out.publish(Vector3(x=u[0], y=u[1], z=u[2]))


def main(args=None):
    rclpy.init(args=args)
    node = PilotNode()
    try:
        rclpy.spin(node)
    finally:
        node.destroy_node()
        rclpy.shutdown()
