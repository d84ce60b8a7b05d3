/// The classes and functions that a pickle may name.
///
/// Nothing named is ever run: a call becomes a `PickledCall`, for the reader to interpret or to pass over. The list is
/// there all the same, so that a file which asks for anything but data is refused by name and not half read.
public struct PickleGlobals: Sendable {
    private let names: Set<String>
    /// Ending in a dot: everything below a package.
    private let packages: [String]
    /// Says how to mend a file that names what is not allowed.
    private let fix: @Sendable (_ name: String) -> String

    public init(
        names: Set<String>, packages: [String] = [],
        fix: @escaping @Sendable (_ name: String) -> String = { _ in "do not open this file in Python: it runs code" }
    ) {
        self.names = names
        self.packages = packages
        self.fix = fix
    }

    /// What an array of numbers or a record of plain values needs: containers and NumPy.
    public static let data = PickleGlobals(names: containers.union(numpy))

    func allows(_ name: String) -> Bool { names.contains(name) || packages.contains { name.hasPrefix($0) } }

    func refusal(of name: String, at offset: Int, in source: ForeignBytes) -> ForeignFileError {
        let shown = name.count > 200 ? name.prefix(200) + "…" : name
        return source.error(at: offset, "the pickle calls '\(shown)', which is not data", fix: fix(shown))
    }

    /// Classes whose instances are dictionaries.
    static let dictionaries: Set = [
        "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict",
        "__builtin__.dict",
    ]

    /// Python's own classes of plain values, under their names in Python 2 and 3.
    public static let containers: Set<String> = dictionaries.union([
        "collections.deque", "_codecs.encode", "copyreg._reconstructor", "copy_reg._reconstructor",
        "argparse.Namespace", "types.SimpleNamespace", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
        "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePath", "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath", "pathlib._local.Path", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
    ]).union(
        [
            "object", "set", "frozenset", "list", "tuple", "int", "float", "complex", "bool", "str", "bytes",
            "bytearray", "slice", "range",
        ].flatMap { ["builtins." + $0, "__builtin__." + $0] }
    ).union(["__builtin__.long", "__builtin__.unicode", "__builtin__.xrange"])

    /// What NumPy's arrays, types and scalars are made by.
    public static let numpy: Set<String> = Set(
        ["numpy.core", "numpy._core"].flatMap {
            [$0 + ".multiarray._reconstruct", $0 + ".multiarray.scalar", $0 + ".numeric._frombuffer"]
        }
    ).union(["numpy.ndarray", "numpy.dtype"])
}
