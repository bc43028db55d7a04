import numpy as np
import pandas as pd

COLUMNS = ["flow", "pressure_in", "pressure_out", "current", "vibration", "temp_bearing"]


def load_log(path):
    df = pd.read_parquet(path, columns=["ts", *COLUMNS]).sort_values("ts")
    df["ts"] = pd.to_datetime(df["ts"], utc=True)
    df[COLUMNS] = df[COLUMNS].interpolate(limit=5).fillna(0.0)
    df["month"] = df["ts"].dt.strftime("%Y-%m")
    return df.reset_index(drop=True)


def batches(df, rows):
    for lo in range(0, len(df) - 1, rows):
        part = df.iloc[lo:lo + rows + 1]
        yield part["ts"].iloc[0], part["ts"].iloc[-1], part[COLUMNS].to_numpy(np.float32)
