"""Writes small files of Keras 2 that Tests/ModelFormatsTests reads, and what it computes with them.

tensorflow-cpu 2.15.1 with its Keras 2.15.0, h5py 3.16.0, numpy 1.26.4, in an environment of their own. Run from the package
root:
    python Scripts/golden/keras2_files.py Tests/ModelFormatsTests/Golden
`keras2.json` has, per model, an input `[height, width, channels]` and the output.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers as L

root = Path(sys.argv[1])
expected = {}

def save(name, model, archive=True):
    rng = np.random.default_rng(len(name))
    for variable in model.weights:
        low = 0.3 if "variance" in variable.name or "gamma" in variable.name else -0.4
        if variable.dtype == tf.float32:
            variable.assign(rng.uniform(low, 1, variable.shape) * (0.5 if low < 0 else 1))
    for layer in model.layers:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()
    if archive:
        model.save(root / f"{name}.keras")
    model.save(root / f"{name}.h5")
    image = rng.uniform(0, 255, model.input_shape[1:]).round(1).astype("f4")
    output = model.predict(image[None], verbose=0)[0]
    expected[name] = {"input": image.reshape(-1).tolist(), "output": output.reshape(-1).tolist()}

# Models in models, with a layer called as one outside.
augmentation = keras.Sequential([L.RandomFlip("horizontal"), L.RandomRotation(0.1)], name="augmentation")
stem = keras.Sequential([
    L.SeparableConv2D(4, 3, padding="same", name="conv"),
    L.BatchNormalization(scale=False, center=False, name="stem_bn"), L.ReLU(6.0)], name="stem")
image = L.Input((13, 12, 3))
x = L.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, name="depthwise")(L.ZeroPadding2D((1, 2))(stem(image)))
base = keras.Model(image, tf.nn.relu6(L.BatchNormalization(center=False, name="bn")(x)), name="base")
image = L.Input((13, 12, 3))
x = base(keras.applications.mobilenet_v2.preprocess_input(augmentation(image)), training=False)
x = L.MaxPooling2D(padding="same")(x * 0.5 + 1.0)
x = L.Conv2D(5, 1, activation="relu", name="conv")(L.GlobalAveragePooling2D(keepdims=True)(x))
save("nested2", keras.Model(image, L.Dense(3, name="top")(L.Flatten()(x))))

# Pixels for networks of Caffe, which Keras 2 cannot save as an archive; standardization that is learned.
image = L.Input((6, 7, 3))
x = L.Conv2D(2, 3, name="a")(L.Normalization()(image))
y = L.Conv2D(2, 3, name="b")(keras.applications.vgg16.preprocess_input(image))
x = L.Flatten()(tf.math.subtract(x, 2.0) + y / 64.0)
save("prepared2", keras.Model(image, L.Dense(3, name="last")(x)), archive=False)

(root / "keras2.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
