#!/usr/bin/env python
import threading

import rospy
from control_msgs.msg import GripperCommand
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray
from std_srvs.srv import SetBool, SetBoolResponse, Trigger, TriggerResponse

from skills import Skill


class GripperNode(object):
    def __init__(self):
        self.lock = threading.Lock()
        self.skills = {
            'hard': Skill('hard', rospy.get_param('~hard_weights')),
            'soft': Skill('soft', rospy.get_param('~soft_weights')),
        }
        self.current = self.skills['hard']
        self.running = False
        self.tactile = [0.0] * 8
        self.width = 0.0
        self.speed = 0.0
        self.timeout = rospy.get_param('~max_ticks', 1500)

        self.pub = rospy.Publisher('gripper/command', GripperCommand, queue_size=1)
        rospy.Subscriber('gripper/tactile', Float32MultiArray, self.tactile_cb)
        rospy.Subscriber('gripper/joint_states', JointState, self.joint_cb)
        rospy.Service('~soft', SetBool, self.switch_cb)
        rospy.Service('~grasp', Trigger, self.grasp_cb)
        rospy.Service('~release', Trigger, self.release_cb)

    def tactile_cb(self, msg):
        self.tactile = list(msg.data[:8])

    def joint_cb(self, msg):
        self.width = msg.position[0]
        self.speed = msg.velocity[0]

    def switch_cb(self, req):
        wanted = self.skills['soft' if req.data else 'hard']
        with self.lock:
            if wanted is self.current:
                return SetBoolResponse(True, 'already ' + wanted.name)
            self.current = wanted
            wanted.arm()
        rospy.loginfo('skill is now %s', wanted.name)
        return SetBoolResponse(True, wanted.name)

    def grasp_cb(self, _):
        with self.lock:
            self.current.arm()
            self.running = True
        return TriggerResponse(True, self.current.name)

    def release_cb(self, _):
        with self.lock:
            self.running = False
        self.pub.publish(GripperCommand(position=0.085, max_effort=10.0))
        return TriggerResponse(True, 'open')

    def tick(self):
        with self.lock:
            if not self.running:
                return
            reading = self.tactile + [self.width / 0.085, self.speed, float(self.running)]
            width, effort = self.current(reading)
            if self.current.ticks >= self.timeout:
                rospy.logwarn('no grasp after %d ticks', self.current.ticks)
                self.running = False
        self.pub.publish(GripperCommand(position=0.085 * width, max_effort=40.0 * effort))

    def spin(self):
        rate = rospy.Rate(100)
        while not rospy.is_shutdown():
            self.tick()
            rate.sleep()


if __name__ == '__main__':
    rospy.init_node('gripper_skills')
    GripperNode().spin()
