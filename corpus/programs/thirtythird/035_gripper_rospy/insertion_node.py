#!/usr/bin/env python3
import threading

import rospy
import torch
from geometry_msgs.msg import TwistStamped, WrenchStamped
from std_msgs.msg import Float64MultiArray, String
from std_srvs.srv import Trigger, TriggerResponse

from insertion_policy import InsertionPolicy


class InsertionNode(object):
    def __init__(self):
        self.lock = threading.Lock()
        self.max_lin = rospy.get_param("~max_lin", 0.02)
        self.max_ang = rospy.get_param("~max_ang", 0.1)
        self.net = InsertionPolicy(rospy.get_param("~n_hidden", 128))
        self.net.load_state_dict(torch.load(rospy.get_param("~weights"), map_location="cpu"))
        self.net.eval()
        self.hx = self.net.init_hx()
        self.wrench = None
        self.err = None
        self.active = False
        self.pub = rospy.Publisher("twist_cmd", TwistStamped, queue_size=1)
        rospy.Subscriber("wrench", WrenchStamped, self.on_wrench, queue_size=1)
        rospy.Subscriber("pose_error", Float64MultiArray, self.on_err, queue_size=1)
        rospy.Subscriber("policy_path", String, self.on_policy, queue_size=1)
        rospy.Service("~begin", Trigger, self.on_begin)
        rospy.Service("~stop", Trigger, self.on_stop)

    def on_wrench(self, msg):
        f, t = msg.wrench.force, msg.wrench.torque
        self.wrench = torch.tensor([[f.x, f.y, f.z, t.x, t.y, t.z]]) / 20.0

    def on_err(self, msg):
        self.err = torch.tensor([list(msg.data[:6])])

    def on_policy(self, msg):
        try:
            weights = torch.load(msg.data, map_location="cpu")
        except (IOError, RuntimeError) as e:
            rospy.logwarn("cannot read %s: %s", msg.data, e)
            return
        with self.lock:
            self.net.load_state_dict(weights)
        rospy.loginfo("policy now %s", msg.data)

    def on_begin(self, _req):
        with self.lock:
            self.hx = self.net.init_hx()
            self.active = True
        return TriggerResponse(success=True)

    def on_stop(self, _req):
        with self.lock:
            self.active = False
        self.pub.publish(TwistStamped())
        return TriggerResponse(success=True)

    def step(self):
        with self.lock:
            if not self.active or self.wrench is None or self.err is None:
                return
            with torch.no_grad():
                v, self.hx = self.net(self.wrench, self.err, self.hx)
        v = v[0].tolist()
        out = TwistStamped()
        out.header.stamp = rospy.Time.now()
        out.twist.linear.x, out.twist.linear.y, out.twist.linear.z = [self.max_lin * k for k in v[:3]]
        out.twist.angular.x, out.twist.angular.y, out.twist.angular.z = [self.max_ang * k for k in v[3:]]
        self.pub.publish(out)

    def spin(self):
        rate = rospy.Rate(100)
        while not rospy.is_shutdown():
            self.step()
            rate.sleep()


if __name__ == "__main__":
    rospy.init_node("insertion_policy")
    InsertionNode().spin()
