import ForeignFiles
import Testing

@Suite struct PickleTests {
    private func read(_ bytes: [UInt8], _ globals: PickleGlobals = .data) throws -> Pickle {
        try Pickle(MappedFile(bytes: bytes, path: "file.pkl").bytes, globals: globals)
    }

    private func read(_ text: String) throws -> Pickle { try read(Array(text.utf8)) }

    /// What `pickle.dumps` writes for `os.system('true')` in a `__reduce__`, in its protocols, and other ways to ask.
    @Test(arguments: [
        ("cposix\nsystem\n(Vtrue\ntR.", "posix.system"),
        ("\u{8C}\u{05}posix\u{8C}\u{06}system\u{93}", "posix.system"),
        ("c__builtin__\neval\n(S'1'\ntR.", "__builtin__.eval"),
        ("cbuiltins\neval\n.", "builtins.eval"),
        ("(S'true'\niposix\nsystem\n.", "posix.system"),
        ("(cos\nsystem\nS'true'\no.", "os.system"),
        ("cbuiltins\ngetattr\n(cbuiltins\n__import__\ntR.", "builtins.getattr"),
        ("ccollections\nOrderedDict.__init__.__globals__\n.", "collections.OrderedDict.__init__.__globals__"),
        ("c__main__\nNet\n)\u{81}.", "__main__.Net"),
    ])
    func `a call of anything but data is refused by name`(pickle: String, name: String) {
        // Opcodes above 127 are written as letters of Latin-1.
        let bytes = pickle.unicodeScalars.map { UInt8($0.value) }
        let error = #expect(throws: ForeignFileError.self) { try read(bytes) }
        #expect(error?.what == "the pickle calls '\(name)', which is not data")
    }

    @Test(arguments: [
        ("", "a number was due"), (".", "takes a value"), ("0.", "takes a value"), ("t.", "a mark that is not set"),
        ("NN.", "left over"), ("(N.", "left over"), ("Na.", "takes a value"), ("NNa.", "appended to what is no list"),
        ("}(Nu.", "has no value"), ("h\u{5}.", "never kept"), ("N)R.", "does not name"), ("NNb.", "no object"),
        ("X\u{7F}\u{7F}\u{7F}\u{7F}a.", "ends in the middle"), ("I12x\n.", "no number"), ("S'a\n.", "quotation"),
        ("~.", "no opcode"), ("Iq", "in the middle of a line"), ("T\u{FF}\u{FF}\u{FF}\u{FF}.", "claims -1 bytes"),
        ("\u{80}\u{9}.", "protocol 9"), ("\u{82}\u{1}.", "registry"), ("\u{97}.", "buffers"),
    ])
    func `a damaged pickle says what is wrong`(pickle: String, what: String) {
        let error = #expect(throws: ForeignFileError.self) { try read(pickle.unicodeScalars.map { UInt8($0.value) }) }
        #expect(error?.what.contains(what) == true || pickle.isEmpty, "\(error?.what ?? "no error")")
    }

    @Test func `values of the oldest protocol are read`() throws {
        let pickle = try read("(dp0\nS'a\\x41\\n'\np1\nI12\nsVk\\u00e9\nL-7L\nsS'f'\nF1.5\nsS't'\nI01\ns.")
        let pairs = try #require(pickle.pairs(pickle.root))
        #expect(pairs.map { pickle.text($0.key) } == ["aA\n", "ké", "f", "t"])
        #expect(pairs.map(\.value) == [.integer(12), .integer(-7), .number(1.5), .boolean(true)])
    }

    @Test func `a list that holds itself and lists nested a million deep are read and dropped`() throws {
        let cycle = try read("]q\u{0}h\u{0}a.")
        #expect(cycle.elements(cycle.root) == [cycle.root])
        let depth = 1 << 20
        let deep = [UInt8](repeating: 0x5D, count: depth) + [UInt8](repeating: 0x61, count: depth - 1) + [0x2E]
        #expect(
            try Pickle(MappedFile(bytes: deep, path: "deep").bytes, globals: .data, limit: depth).byteCount == 2 * depth
        )
    }

    @Test func `more values than data have are refused`() {
        let error = #expect(throws: ForeignFileError.self) {
            try read([UInt8](repeating: UInt8(ascii: "N"), count: 1 << 22))
        }
        #expect(error?.what == "the pickle has more values than any file of data")
    }

    @Test(arguments: [
        // BINBYTES8 and BINUNICODE8 of 512 MiB, LONG4 of 2 GiB and of less than nothing, a frame without end.
        ("\u{8E}\u{0}\u{0}\u{0}\u{20}\u{0}\u{0}\u{0}\u{0}", "in the middle of a value of 536870912 bytes"),
        ("\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{7F}", "in the middle of a value of 9223372036854775807"),
        ("\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}", "claims 18446744073709551615 bytes"),
        ("\u{8B}\u{FF}\u{FF}\u{FF}\u{7F}", "in the middle of a value of 2147483647 bytes"),
        ("\u{8B}\u{FF}\u{FF}\u{FF}\u{FF}", "claims -1 bytes"),
        ("\u{95}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}.", "takes a value, but there is none"),
    ])
    func `a kilobyte cannot ask for gigabytes`(opcodes: String, what: String) {
        let bytes = opcodes.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0x4E, count: 1000)
        let error = #expect(throws: ForeignFileError.self) { try read(bytes) }
        #expect(error?.what.contains(what) == true, "\(error?.what ?? "")")
    }

    @Test func `places of the memo cost what is kept there, not how far they are`() throws {
        let far = try read("I7\nr\u{7F}\u{7F}\u{7F}\u{7F}p9223372036854775807\n0g9223372036854775807\n.")
        #expect(far.root == .integer(7))
        let bomb =
            [UInt8](repeating: UInt8(ascii: "N"), count: 1)
            + [[UInt8]](repeating: [0x94], count: 1 << 22).flatMap(\.self)
        let error = #expect(throws: ForeignFileError.self) { try read(bomb) }
        #expect(error?.what == "the pickle has more values than any file of data")
    }

    @Test func `a list doubled again and again shares what is in it`() throws {
        // Each step makes a list of the former one twice: 2^60 leaves for who follows every way.
        var bytes: [UInt8] = [0x5D, 0x71, 0]
        for step: UInt8 in 1...60 { bytes += [0x5D, 0x71, step, 0x28, 0x68, step - 1, 0x68, step - 1, 0x65] }
        // The lists below stay on the stack, so the last takes them all in.
        let pickle = try read([0x28] + bytes + [0x6C, 0x2E])
        #expect(pickle.elements(pickle.root)?.count == 61)
    }

    @Test func `an array cannot claim more than its bytes`() throws {
        let text =
            "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I1152921504606846976\nI4\nt"
            + "cnumpy\ndtype\n(S'f4'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'abcd'\ntb."
        let pickle = try read(text)
        let error = #expect(throws: ForeignFileError.self) { try pickle.array(pickle.root) }
        #expect(error?.what == "a NumPy array claims the shape [1152921504606846976, 4]")
    }

    /// `pickle.dumps(numpy.array([[1, 2], [3, 4]], '>i2'), 2)` of numpy 1.26, with the module names of 2.
    @Test func `an array of NumPy is read`() throws {
        let content = "\u{0}\u{1}\u{0}\u{2}\u{0}\u{3}\u{0}\u{4}"
        let text =
            "cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\u{0}tU\u{1}btR(K\u{1}(K\u{2}K\u{2}t"
            + "cnumpy\ndtype\n(U\u{2}i2\u{89}\u{88}tR(K\u{3}U\u{1}>NNNJ\u{FF}\u{FF}\u{FF}\u{FF}K\u{0}tb\u{89}"
            + "U\u{8}\(content)tb."
        let pickle = try read(text.unicodeScalars.map { UInt8($0.value) })
        let array = try #require(try pickle.array(pickle.root))
        #expect(array.shape == [2, 2])
        #expect(array.type == "i2")
        #expect(array.isBigEndian)
        #expect(array.bytes == [0, 1, 0, 2, 0, 3, 0, 4])
    }
}
