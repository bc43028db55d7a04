import cv2
import gymnasium as gym
import numpy as np


class Frame42(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(0.0, 1.0, (1, 42, 42), np.float32)

    def observation(self, frame):
        img = cv2.resize(frame[34:194], (80, 80))
        img = cv2.resize(img, (42, 42)).mean(2).astype(np.float32) / 255.0
        return img[None]


def make_env(name):
    return Frame42(gym.make(name))
