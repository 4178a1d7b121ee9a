#!/usr/bin/env python3
"""What TensorFlow's own reader finds in an event file of TensorBoard, as JSON on stdout: read_events.py FILE.

Frames and checksums are checked by that reader. Numbers that are not finite are strings. Needs tensorflow.
"""
import json
import math
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

from tensorflow.python.summary.summary_iterator import summary_iterator  # noqa: E402
from tensorflow.core.framework import types_pb2  # noqa: E402


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def histogram(histo):
    names = ("min", "max", "num", "sum", "sum_squares")
    return {name: number(getattr(histo, name)) for name in names} | {
        name: [number(value) for value in getattr(histo, name)] for name in ("bucket_limit", "bucket")
    }


def content(value):
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return {"scalar": number(value.simple_value)}
    if kind == "histo":
        return {"histogram": histogram(value.histo)}
    assert kind == "tensor" and value.tensor.dtype == types_pb2.DT_STRING, kind
    assert [dim.size for dim in value.tensor.tensor_shape.dim] == [len(value.tensor.string_val)]
    return {"text": [text.decode() for text in value.tensor.string_val]}


def read(value):
    about = {
        "tag": value.tag,
        "plugin": value.metadata.plugin_data.plugin_name,
        "description": value.metadata.summary_description,
    }
    return about | content(value)


events = [
    {
        "wall_time": event.wall_time,
        "step": event.step,
        "file_version": event.file_version,
        "values": [read(value) for value in event.summary.value],
    }
    for event in summary_iterator(sys.argv[1])
]
json.dump(events, sys.stdout, indent=1, ensure_ascii=False)
sys.stdout.write("\n")
