#!/usr/bin/env python3
import numpy as np
import rclpy
import torch
from geometry_msgs.msg import WrenchStamped
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray, String
from std_srvs.srv import SetBool, Trigger

from arm_policies import JOINTS, load_bank, scale


class PegNode(Node):
    def __init__(self):
        super().__init__("peg_insertion")
        self.declare_parameter("rate", 50.0)
        self.declare_parameter("coarse", "/opt/policies/peg_coarse.pt")
        self.declare_parameter("fine", "/opt/policies/peg_fine.pt")
        self.declare_parameter("max_force", 35.0)

        self.bank = load_bank({
            "coarse": self.get_parameter("coarse").value,
            "fine": self.get_parameter("fine").value,
        })
        self.policy = self.bank["coarse"]
        self.lstm_state = self.policy.init_state()
        self.active = False
        self.q = np.zeros(JOINTS)
        self.dq = np.zeros(JOINTS)
        self.wrench = np.zeros(6)

        group = MutuallyExclusiveCallbackGroup()
        self.create_subscription(JointState, "joint_states", self.on_joints, 10, callback_group=group)
        self.create_subscription(WrenchStamped, "wrist_ft", self.on_wrench, 10, callback_group=group)
        self.cmd = self.create_publisher(Float64MultiArray, "velocity_controller/commands", 10)
        self.status = self.create_publisher(String, "~/status", 1)
        self.create_service(Trigger, "~/begin", self.on_begin, callback_group=group)
        self.create_service(Trigger, "~/halt", self.on_halt, callback_group=group)
        self.create_service(SetBool, "~/fine", self.on_fine, callback_group=group)
        self.create_timer(1.0 / self.get_parameter("rate").value, self.on_tick, callback_group=group)

    def on_joints(self, msg: JointState):
        self.q = np.asarray(msg.position[:JOINTS])
        self.dq = np.asarray(msg.velocity[:JOINTS])

    def on_wrench(self, msg: WrenchStamped):
        f, t = msg.wrench.force, msg.wrench.torque
        self.wrench = np.array([f.x, f.y, f.z, t.x, t.y, t.z]) / 20.0

    def on_begin(self, request, response):
        self.lstm_state = self.policy.init_state()
        self.active = True
        response.success, response.message = True, "moving"
        return response

    def on_halt(self, request, response):
        self.stop("halted on request")
        response.success = True
        return response

    def on_fine(self, request: SetBool.Request, response: SetBool.Response):
        name = "fine" if request.data else "coarse"
        self.policy = self.bank[name]
        self.status.publish(String(data=f"policy {name}"))
        response.success, response.message = True, name
        return response

    def stop(self, why: str):
        self.active = False
        self.cmd.publish(Float64MultiArray(data=[0.0] * JOINTS))
        self.status.publish(String(data=why))

    def on_tick(self):
        if not self.active:
            return
        if np.linalg.norm(self.wrench[:3]) * 20.0 > self.get_parameter("max_force").value:
            self.stop("too much force")
            return
        x = torch.from_numpy(np.concatenate([self.q, self.dq, self.wrench]).astype(np.float32))
        with torch.inference_mode():
            out, self.lstm_state = self.policy(x.view(1, 1, -1), self.lstm_state)
        self.cmd.publish(Float64MultiArray(data=scale(out[0])))


def main():
    rclpy.init()
    node = PegNode()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == "__main__":
    main()
