import ForeignFiles

/// What a PyTorch file may name. The rule, in full:
///
/// 1. The functions below that rebuild tensors are interpreted.
/// 2. Plain containers and values of Python and NumPy, and the classes of the packages below, are *inert*: an instance
///    is only shown by its name. Checkpoints keep them beside the weights (hyper-parameters, callbacks,
///    loss functions), and the weights can be read without them.
/// 3. Any other name is an error, whether it is called or only mentioned.
///
/// Nothing of any of them is ever run: there is no Python here.
enum PyTorchGlobals {
    static let allowed = PickleGlobals(
        names: PickleGlobals.containers.union(PickleGlobals.numpy).union(rebuilding).union(unsupported.keys)
            .union(storages.keys).union(unsupportedStorages.keys).union(values),
        packages: packages
    ) { name in
        "the file holds objects of the class or function '\(name)', which only its own Python program can read; there, "
            + "keep the weights alone: torch.save(model.state_dict(), 'weights.pth')"
    }

    /// `_rebuild_tensor` and what wraps it.
    private static let rebuilding: Set = [
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
        "torch._tensor._rebuild_from_type_v2",
    ]

    /// Tensors that are listed, but not read: what they are called, and which argument is their shape, of a nested tuple
    /// by several positions; empty where none is.
    static let unsupported: [String: (kind: String, shape: [Int])] = [
        "torch._utils._rebuild_sparse_tensor": ("sparse", [1, 2]), "torch._utils._rebuild_qtensor": ("quantized", [2]),
        "torch._utils._rebuild_nested_tensor": ("nested", []),
        "torch._utils._rebuild_meta_tensor_no_storage": ("meta", [1]),
        "torch._utils._rebuild_wrapper_subclass": ("subclass", [2]),
        "torch._utils._rebuild_device_tensor_from_numpy": ("device", []),
    ]

    /// Types of storages, and of the numbers in them.
    static let storages: [String: ScalarType] = [
        "torch.FloatStorage": .float32, "torch.HalfStorage": .float16, "torch.BFloat16Storage": .bfloat16,
        "torch.DoubleStorage": .float64, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
        "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8,
        "torch.BoolStorage": .bool, "torch.storage.UntypedStorage": .uint8, "torch.UntypedStorage": .uint8,
    ]

    /// Storages whose tensors are listed, but not read, and the bytes of one number.
    static let unsupportedStorages = [
        "torch.ComplexFloatStorage": 8, "torch.ComplexDoubleStorage": 16, "torch.QInt8Storage": 1,
        "torch.QInt32Storage": 4, "torch.QUInt8Storage": 1,
    ]

    private static let values: Set<String> = Set(
        [
            "float32", "float", "float64", "double", "float16", "half", "bfloat16", "int64", "long", "int32", "int",
            "int16", "short", "int8", "uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128",
            "float8_e4m3fn", "float8_e5m2", "qint8", "quint8", "qint32", "per_tensor_affine", "per_channel_affine",
            "strided", "sparse_coo", "contiguous_format", "channels_last", "device", "Size", "Tensor",
        ].map { "torch." + $0 }
    ).union([
        "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch.nn.parameter.UninitializedParameter",
        "torch.serialization._get_layout", "torch.FloatTensor", "torch.DoubleTensor", "torch.HalfTensor",
        "torch.LongTensor", "torch.IntTensor", "torch.ShortTensor", "torch.CharTensor", "torch.ByteTensor",
    ])

    private static let packages = [
        "torch.nn.modules.", "torch.optim.", "torch.distributions.", "torchmetrics.", "lightning.",
        "lightning_fabric.", "lightning_utilities.", "pytorch_lightning.", "omegaconf.", "typing.",
    ]
}
