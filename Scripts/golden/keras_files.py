"""Writes small Keras files of random weights that Tests/ModelFormatsTests reads, and what Keras computes with them.

keras 3.15.1 (backend torch 2.15.0), h5py 3.16.0, numpy 2.4.6. Run from the package root:
    KERAS_BACKEND=torch python Scripts/golden/keras_files.py Tests/ModelFormatsTests/Golden
`keras.json` has, per model, an input `[height, width, channels]` and the output.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers as L

root = Path(sys.argv[1])
expected = {}


def save(name, model, size=None):
    rng = np.random.default_rng(len(name))
    for variable in model.variables:
        low = 0.3 if "variance" in variable.path or "gamma" in variable.path else -0.4
        if variable.path.split("/")[-1] != "count":
            variable.assign(rng.uniform(low, 1, variable.shape) * (0.5 if low < 0 else 1))
    model.save(root / f"{name}.keras")
    model.save(root / f"{name}.h5")
    shape = (size or model.input_shape[1:3]) + model.input_shape[3:]
    image = rng.uniform(0, 255, shape).round(1).astype("f4")
    output = np.asarray(model.predict(image[None], verbose=0))[0]
    expected[name] = {"input": image.reshape(-1).tolist(), "output": output.reshape(-1).tolist()}


x = image = L.Input((11, 10, 3))
x = L.Rescaling(1 / 127.5, offset=-1)(x)
x = L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 4.0])(x)
x = L.ZeroPadding2D(((0, 1), (2, 0)))(x)
x = L.SeparableConv2D(4, 3, padding="same", strides=2, depth_multiplier=2, activation="relu")(x)
a = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(x)
b = L.Conv2D(8, 3, padding="same", groups=2, use_bias=False, name="branch_conv")(x)
x = L.Add()([a, b])
x = L.BatchNormalization(scale=False)(x)
x = L.ReLU(6.0)(x)
a = L.MaxPooling2D(3, strides=2, padding="same")(x)
b = L.AveragePooling2D(2, padding="same")(L.LeakyReLU(negative_slope=0.2)(x))
x = L.Concatenate()([a, b])
x = L.Activation("silu")(x)
x = L.SpatialDropout2D(0.2)(x)
f = L.Flatten()(x)
g = L.GlobalMaxPooling2D()(x)
x = L.Concatenate()([f, g])
x = L.BatchNormalization()(x)
x = L.Dense(6, activation="tanh")(x)
save("graph", keras.Model(image, L.Dense(5, activation="softmax")(x)))

inner = keras.Sequential([L.Conv2D(3, 3, strides=2, padding="same"), L.Conv2D(4, (1, 3), dilation_rate=(1, 2))], name="inner")
save("sequence", keras.Sequential([
    L.Input((12, 13, 1)), L.Conv2D(2, (5, 3), padding="same", strides=(2, 1), activation="relu"), inner,
    L.AveragePooling2D(2), L.Reshape((-1,)), L.Dropout(0.3), L.Dense(3)]))

save("flattened", keras.Sequential([
    L.Input((5, 6, 2)), L.Conv2D(3, 2, name="conv"), L.Flatten(), L.BatchNormalization(name="bn"), L.Dropout(0.1),
    L.Dense(4, activation="relu", name="hidden"), L.Dense(3, name="top")]))

# What transfer learning gives: operators that prepare pixels, learned standardization, a model within the model.
image = L.Input((9, 8, 3))
squeeze = L.GlobalAveragePooling2D(keepdims=True)(image)
x = L.BatchNormalization(scale=False, center=False)(L.Conv2D(4, 3, padding="same", name="conv")(image))
y = L.Reshape((1, 1, 4))(L.GlobalAveragePooling2D()(x))
y = L.Conv2D(4, 1, activation="sigmoid")(L.Conv2D(2, 1, activation="relu")(y))
x = L.BatchNormalization(center=False, name="bn")(L.Multiply()([x, y]))
base = keras.Model(image, keras.ops.relu6(x) * 0.5 + L.Conv2D(4, 1, name="skip")(squeeze) * x, name="base")
normalization = L.Normalization()
normalization.adapt(np.random.default_rng(1).uniform(0, 255, (20, 9, 8, 3)))
image = L.Input((9, 8, 3))
x = keras.applications.vgg16.preprocess_input(image)
y = 1 - keras.applications.mobilenet_v2.preprocess_input(image)
x = L.Concatenate()([base(x), L.Conv2D(3, 3, padding="same", name="conv")(y), normalization(image)])
x = L.GlobalAveragePooling2D(keepdims=True)(x)
save("transfer", keras.Model(image, L.Flatten()(L.Conv2D(5, 1, name="top")(x))))

# The image itself is summed and joined; height and width are open; the output is flattened, channels last.
image = L.Input((None, None, 3))
x = L.Concatenate()([L.Add()([L.Conv2D(3, 3, padding="same", name="conv")(image), image]), image])
y = L.Conv2D(6, 1, name="context")(L.GlobalAveragePooling2D(keepdims=True)(x))
x = L.ReLU()(L.Flatten()(L.Add()([x, y])))
save("context", keras.Model(image, x), size=(5, 4))

save("weightless", keras.Sequential([L.Input((6, 8, 2)), L.MaxPooling2D(2), L.GlobalAveragePooling2D()]))

(root / "keras.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
