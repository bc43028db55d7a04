import argparse
import collections
import os

import numpy as np
import torch

from nets import SceneClassifier, SteeringNet


class ArrayReader:
    """Raw int16 frames of the microphone array from a file or a pipe."""

    def __init__(self, path, n_mics=8, block=512):
        self.path, self.n_mics, self.block = path, n_mics, block

    def __iter__(self):
        size = 2 * self.n_mics * self.block
        with open(self.path, "rb") as f:
            while True:
                raw = f.read(size)
                if len(raw) < size:
                    return
                x = np.frombuffer(raw, np.int16).reshape(self.block, self.n_mics) / 32768.0
                spec = np.fft.rfft(x * np.hanning(self.block)[:, None], axis=0)[8:120]
                cov = np.einsum("fi,fj->ij", spec, spec.conj()) / len(spec)
                flat = np.concatenate([cov.real.ravel(), cov.imag.ravel()])
                yield torch.tensor(flat / (np.abs(flat).max() + 1e-9), dtype=torch.float32)[None]


class BeamController:
    def __init__(self, preset_dir, hold_blocks):
        self.presets = {}
        for scene in SceneClassifier.SCENES:
            net = SteeringNet()
            net.load_state_dict(torch.load(os.path.join(preset_dir, scene + ".pt"), map_location="cpu"))
            self.presets[scene] = net.eval()
        self.classifier = SceneClassifier()
        self.classifier.load_state_dict(torch.load(os.path.join(preset_dir, "scene.pt"), map_location="cpu"))
        self.classifier.eval()
        self.votes = collections.deque(maxlen=hold_blocks)
        self.scene = "office"
        self.net = self.presets[self.scene]
        self.motion = torch.zeros(1, self.net.width)

    def watch_scene(self, cov):
        self.votes.append(int(self.classifier(cov).argmax()))
        winner, count = collections.Counter(self.votes).most_common(1)[0]
        scene = SceneClassifier.SCENES[winner]
        if scene != self.scene and count > 0.8 * self.votes.maxlen:
            self.use(scene)

    def use(self, scene):
        self.net = self.presets[scene]
        self.scene = scene
        print("scene:", scene)

    @torch.no_grad()
    def steer(self, cov):
        self.watch_scene(cov)
        az, el, spread, self.motion = self.net(cov, self.motion)
        return az.item(), el.item(), spread.item()


class DelayBank:
    def __init__(self, radius, n_mics, rate=16000, c=343.0):
        angle = 2 * np.pi * np.arange(n_mics) / n_mics
        self.xy = radius * np.stack([np.cos(angle), np.sin(angle)], 1)
        self.rate, self.c = rate, c

    def samples(self, az, el):
        look = np.array([np.cos(az) * np.cos(el), np.sin(az) * np.cos(el)])
        delay = self.xy @ look / self.c * self.rate
        return delay - delay.min()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("audio")
    ap.add_argument("--presets", default="presets")
    ap.add_argument("--hold-blocks", type=int, default=60)
    ap.add_argument("--radius", type=float, default=0.046)
    args = ap.parse_args()
    controller = BeamController(args.presets, args.hold_blocks)
    bank = DelayBank(args.radius, 8)
    for n, cov in enumerate(ArrayReader(args.audio)):
        az, el, spread = controller.steer(cov)
        if n % 10 == 0:
            print(n, f"{np.degrees(az):.0f} deg", f"{spread:.2f}", bank.samples(az, el).round(1))


if __name__ == "__main__":
    main()
