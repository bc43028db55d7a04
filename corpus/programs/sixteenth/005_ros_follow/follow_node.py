#!/usr/bin/env python3
import rospy
import torch
import torch.nn as nn
from geometry_msgs.msg import Twist
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool, String


class FollowNet(nn.Module):
    def __init__(self, beams=180, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.conv = nn.Sequential(
            nn.Conv1d(1, 16, 7, stride=3), nn.ReLU(),
            nn.Conv1d(16, 16, 5, stride=2), nn.ReLU(), nn.Flatten(),
        )
        with torch.no_grad():
            n = self.conv(torch.zeros(1, 1, beams)).shape[1]
        self.cell = nn.LSTMCell(n, hidden)
        self.out = nn.Linear(hidden, 2)

    def forward(self, scan, hc):
        h, c = self.cell(self.conv(scan), hc)
        return torch.tanh(self.out(h)), (h, c)


class FollowNode:
    def __init__(self):
        rospy.init_node("wall_follow")
        self.max_lin = rospy.get_param("~max_linear", 0.4)
        self.max_ang = rospy.get_param("~max_angular", 1.2)
        self.net = FollowNet()
        self.enabled = False
        self.reset_memory()
        self.load(rospy.get_param("~weights"))

        self.pub = rospy.Publisher("cmd_vel", Twist, queue_size=1)
        rospy.Subscriber("policy/weights", String, self.on_weights)
        rospy.Subscriber("policy/enable", Bool, self.on_enable)
        rospy.Subscriber("scan", LaserScan, self.on_scan, queue_size=1)

    def reset_memory(self):
        self.hc = (torch.zeros(1, self.net.hidden), torch.zeros(1, self.net.hidden))

    def load(self, path):
        ckpt = torch.load(path, map_location="cpu")
        self.net.load_state_dict(ckpt["policy"])
        self.net.eval()
        rospy.loginfo("policy %s (step %s)", path, ckpt.get("step", "?"))

    def on_weights(self, msg):
        try:
            self.load(msg.data)
        except (OSError, KeyError, RuntimeError) as e:
            rospy.logerr("cannot use %s: %s", msg.data, e)
            return
        if not self.enabled:
            self.reset_memory()

    def on_enable(self, msg):
        if msg.data and not self.enabled:
            self.reset_memory()
        self.enabled = msg.data
        if not self.enabled:
            self.pub.publish(Twist())

    def on_scan(self, msg):
        if not self.enabled:
            return
        r = torch.tensor(msg.ranges[:180], dtype=torch.float32)
        r = torch.nan_to_num(r, posinf=msg.range_max).clamp(0, msg.range_max) / msg.range_max
        with torch.no_grad():
            act, self.hc = self.net(r.view(1, 1, -1), self.hc)
        cmd = Twist()
        cmd.linear.x = float(act[0, 0]) * self.max_lin
        cmd.angular.z = float(act[0, 1]) * self.max_ang
        self.pub.publish(cmd)


if __name__ == "__main__":
    FollowNode()
    rospy.spin()
