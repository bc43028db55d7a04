from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import rclpy
import torch
from rclpy.node import Node
from std_msgs.msg import Float32, Float32MultiArray, String
from torch import Tensor, nn


class Controller(Protocol):
    def command(self, depth: float, rate: float, order: float) -> tuple[float, float]: ...

    def clear(self) -> None: ...


class DepthGRU(nn.Module):
    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.gru = nn.GRU(3, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, 32), nn.Tanh(), nn.Linear(32, 2), nn.Tanh())

    def forward(self, x: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor]:
        y, h = self.gru(x, h)
        return self.head(y[:, -1]), h


class LearnedController:
    def __init__(self, weights: Path) -> None:
        self.net = DepthGRU().eval()
        self.h: Tensor | None = None
        self.use(weights)

    def use(self, weights: Path) -> None:
        self.net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self.clear()

    def clear(self) -> None:
        self.h = None

    @torch.no_grad()
    def command(self, depth: float, rate: float, order: float) -> tuple[float, float]:
        x = torch.tensor([[[(order - depth) / 50, rate, depth / 400]]])
        u, self.h = self.net(x, self.h)
        ballast, planes = u[0].tolist()
        return ballast, planes


@dataclass
class PDController:
    kp: float = 0.02
    kd: float = 0.4

    def command(self, depth: float, rate: float, order: float) -> tuple[float, float]:
        u = max(-1.0, min(1.0, self.kp * (order - depth) - self.kd * rate))
        return u, 0.0

    def clear(self) -> None:
        pass


class DepthNode(Node):
    def __init__(self) -> None:
        super().__init__("depth_control")
        self.declare_parameter("weights_dir", "weights")
        self.declare_parameter("default", "trim")
        self.folder = Path(self.get_parameter("weights_dir").value)
        self.learned = LearnedController(self.folder / f"{self.get_parameter('default').value}.pt")
        self.pd = PDController()
        self.active: Controller = self.learned
        self.depth: float | None = None
        self.rate = 0.0
        self.order = 0.0
        self.pub = self.create_publisher(Float32MultiArray, "actuators", 10)
        self.create_subscription(Float32, "depth", self.on_depth, 10)
        self.create_subscription(Float32, "order", self.on_order, 10)
        self.create_subscription(String, "mode", self.on_mode, 10)
        self.create_timer(0.1, self.tick)

    def on_depth(self, msg: Float32) -> None:
        if self.depth is not None:
            self.rate = 0.8 * self.rate + 0.2 * (msg.data - self.depth)
        self.depth = msg.data

    def on_order(self, msg: Float32) -> None:
        self.order = msg.data

    def on_mode(self, msg: String) -> None:
        match msg.data.split():
            case ["pd"]:
                self.active = self.pd
            case ["learned"]:
                self.learned.clear()
                self.active = self.learned
            case ["learned", name] if (self.folder / f"{name}.pt").exists():
                self.learned.use(self.folder / f"{name}.pt")
                self.active = self.learned
                self.get_logger().info(f"depth policy: {name}")
            case ["surface"]:
                self.active = self.pd
                self.order = 0.0
            case other:
                self.get_logger().warn(f"unknown mode {other}")

    def tick(self) -> None:
        if self.depth is None:
            return
        out = Float32MultiArray()
        out.data = list(self.active.command(self.depth, self.rate, self.order))
        self.pub.publish(out)


def main() -> None:
    rclpy.init()
    node = DepthNode()
    try:
        rclpy.spin(node)
    finally:
        node.destroy_node()
        rclpy.shutdown()


if __name__ == "__main__":
    main()
