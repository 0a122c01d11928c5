"""Has TensorFlow's own graph optimiser rewrite the graph of a network for a GPU that need not be there, and counts what comes of it.

    npx nx run trainer:bench -- --ops --as-gpu --model R50x1 --graph GRAPH
    pip install tensorflow-cpu==2.18.1
    python packages/trainer/bench/transposes.py GRAPH [--capability 8.0] [--entries step,accumulate,score]

Every op is taken to be on the GPU. The optimisers run as in a session, with their defaults.
"""

import argparse
import collections
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from tensorflow.core.protobuf import config_pb2, device_properties_pb2, meta_graph_pb2, saved_model_pb2
from tensorflow.python.grappler import cluster, tf_optimizer

GPU = "/job:localhost/replica:0/task:0/device:GPU:0"
IDLE = {"Const", "VarHandleOp", "Placeholder", "NoOp"}


def node_of(name):
    return name.removeprefix("^").split(":")[0]


def graph_of(whole, fetches):
    """The nodes that a run needs, on the GPU."""
    nodes = {node.name: node for node in whole.node}
    needed, pending = set(), list(fetches)
    while pending:
        name = node_of(pending.pop())
        if name not in needed:
            needed.add(name)
            pending.extend(nodes[name].input)
    meta = meta_graph_pb2.MetaGraphDef()
    meta.graph_def.versions.CopyFrom(whole.versions)
    for node in whole.node:
        if node.name in needed:
            meta.graph_def.node.add(device=GPU).MergeFrom(node)
    meta.collection_def["train_op"].node_list.value.extend(fetches)
    return meta


def optimise(meta, capability):
    properties = device_properties_pb2.DeviceProperties(
        type="GPU", num_cores=108, frequency=1400, environment={"architecture": capability}
    )
    devices = [device_properties_pb2.NamedDevice(name=GPU, properties=properties)]
    config = config_pb2.ConfigProto()
    config.graph_options.rewrite_options.fail_on_optimizer_errors = True
    return tf_optimizer.OptimizeGraph(config, meta, cluster=cluster.Cluster(devices=devices))


def describe(graph):
    nodes = {node.name: node for node in graph.node}
    ops = collections.Counter(node.op for node in graph.node)
    # What is reshaped to four axes is of a value per image and channel: [N, C] to [N, 1, 1, C].
    small = sum(
        node.op == "Transpose" and nodes[node_of(node.input[0])].op == "Reshape" for node in graph.node
    )
    formats = {node.attr["data_format"].s.decode() for node in graph.node if "data_format" in node.attr}
    return {
        "running": sum(count for op, count in ops.items() if op not in IDLE),
        "formats": sorted(formats - {""}),
        "transposes": ops["Transpose"],
        "of which of values per image": small,
        "permutations of axes": ops["DataFormatDimMap"] + ops["DataFormatVecPermute"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--capability", default="8.0")
    parser.add_argument("--entries", default="step,accumulate,score")
    arguments = parser.parse_args()
    model = saved_model_pb2.SavedModel.FromString((arguments.graph / "saved_model.pb").read_bytes())
    fetches = json.loads((arguments.graph / "fetches.json").read_text())
    for entry in arguments.entries.split(","):
        meta = graph_of(model.meta_graphs[0].graph_def, fetches[entry])
        optimised = optimise(meta, arguments.capability)
        print(json.dumps({entry: {"given": describe(meta.graph_def), "optimised": describe(optimised)}}, indent=2))


if __name__ == "__main__":
    main()
