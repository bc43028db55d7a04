import argparse
import wave

import librosa
import numpy as np
import torch

from net import WakeWordNet

NAMES = ["background", "computer", "lights"]


def recording(path):
    with wave.open(path) as w:
        pcm = np.frombuffer(w.readframes(w.getnframes()), dtype=np.int16)
        return pcm.astype(np.float32) / 32768, w.getframerate()


def detect(net, path, threshold, hold):
    audio, rate = recording(path)
    feats = librosa.feature.mfcc(y=audio, sr=rate, n_mfcc=13, hop_length=rate // 100).T
    net.begin()
    smooth = np.zeros(len(NAMES))
    quiet_until = 0
    found = []
    with torch.no_grad():
        for t, frame in enumerate(feats):
            p = net.step(torch.from_numpy(frame.astype(np.float32)).unsqueeze(0)).softmax(-1)[0].numpy()
            smooth = 0.9 * smooth + 0.1 * p
            k = int(smooth.argmax())
            if k and smooth[k] > threshold and t >= quiet_until:
                found.append((t / 100, NAMES[k], float(smooth[k])))
                quiet_until = t + hold
    return found


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("files", nargs="+")
    ap.add_argument("--threshold", type=float, default=0.7)
    ap.add_argument("--hold", type=int, default=100, help="frames")
    args = ap.parse_args()
    net = WakeWordNet()
    net.load_state_dict(torch.load(args.weights, map_location="cpu"))
    net.eval()
    for file in args.files:
        for second, name, p in detect(net, file, args.threshold, args.hold):
            print(f"{file}\t{second:.2f}\t{name}\t{p:.2f}")
