import queue
import sys

import sounddevice as sd
import torch
import torchaudio

from spotter import KEYWORDS, N_MEL, KeywordSpotter

RATE = 16000
BLOCK = 1600


def main(path="spotter.pt", threshold=0.9):
    model = KeywordSpotter()
    model.load_state_dict(torch.load(path, map_location="cpu"))
    model.eval()
    mel = torchaudio.transforms.MelSpectrogram(RATE, n_fft=400, hop_length=160, n_mels=N_MEL, center=False)
    blocks = queue.Queue()

    def callback(data, frames, time, status):
        if status:
            print(status, file=sys.stderr)
        blocks.put(data[:, 0].copy())

    tail = torch.zeros(240)
    with sd.InputStream(samplerate=RATE, blocksize=BLOCK, channels=1, callback=callback):
        print("listening ...")
        while True:
            wave = torch.cat([tail, torch.from_numpy(blocks.get())])
            tail = wave[-240:]
            feats = torch.log(mel(wave) + 1e-5).T
            with torch.no_grad():
                p = model(feats.unsqueeze(0))[0].softmax(-1).mean(0)
            k = int(p.argmax())
            if k and p[k] > threshold:
                print(KEYWORDS[k], f"{p[k]:.2f}")
                model.reset()


if __name__ == "__main__":
    main(*sys.argv[1:2])
