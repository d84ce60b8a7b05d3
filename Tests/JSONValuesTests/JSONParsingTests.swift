import JSONValues
import Testing

@Suite struct JSONParsingTests {
    @Test func `values keep their types and members their order`() throws {
        let document = try JSONDocument(
            parsing: #" {"b": 1, "a": [1.0, -2e3, 9223372036854775808, true, null], "\u00e9\ud83d\ude00\n": "ü"} "#)
        let expected: JSONValue = [
            "b": 1, "a": [1.0, -2000.0, 9223372036854775808.0, true, nil], "é😀\n": "ü",
        ]
        #expect(document.root == expected)
        #expect(document.root.object?.keys == ["b", "a", "é😀\n"])
        #expect(document.root["b"] == .integer(1))
        #expect(document.root["a"]?[0] == .number(1))
        #expect(document.root["a"]?[0]?.int == 1)
        #expect(document.root["a"]?[7] == nil)
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a JSON value, found nothing"),
        ("{\n  \"a\" 1}", "line 2, column 7: expected ':' after the key \"a\", found '1'"),
        ("{\"a\": 1,\n}", "line 1, column 8: expected another element after ',', found '}'; remove the comma"),
        ("[1 2]", "line 1, column 4: expected ',' or ']' to go on with or end the list, found '2'"),
        ("[1, 2", "line 1, column 6: expected ',' or ']' to go on with or end the list, found the end of the text"),
        ("{a: 1}", "line 1, column 2: expected a key in double quotes, found 'a'"),
        ("['a']", "line 1, column 2: expected a value, found a single quote (JSON strings have double quotes)"),
        ("[1] // x", "line 1, column 5: expected the end of the text, found '/' (JSON has no comments)"),
        ("[01]", "line 1, column 2: a number does not start with 0"),
        ("[1.]", "line 1, column 4: expected a digit after the decimal point, found ']'"),
        ("[1e999]", "line 1, column 2: the number is larger than a 64-bit floating-point number holds"),
        ("[tru]", "line 1, column 2: expected true, found 't'"),
        (
            "[\"é\\q\"]",
            #"line 1, column 4: an escape sequence is one of \" \\ \/ \b \f \n \r \t \u; write \\ for a backslash"#
        ),
        (#"["\ud83d"]"#, "line 1, column 3: half of a surrogate pair"),
        (#"["\u12g4"]"#, "line 1, column 3: expected four hexadecimal digits after \\u"),
        (
            "[\"a\nb\"]",
            "line 1, column 2: the string that starts here does not end on its line; write \\n for a line break"
        ),
        ("[\"a", "line 1, column 2: the string that starts here does not end"),
        ("[\"a\u{1}\"]", "line 1, column 4: the control character U+1 in a string; write it as an escape sequence"),
    ])
    func `text that is not JSON is refused with place and reason`(text: String, message: String) {
        #expect { try JSONDocument(parsing: text) } throws: { "\($0)" == message }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect { try JSONDocument(parsing: Array("[\"".utf8) + [0xFF] + Array("\"]".utf8)) } throws: {
            "\($0)" == "line 1, column 2: the string that starts here is not UTF-8"
        }
        #expect { try JSONDocument(parsing: [0xFF]) } throws: {
            "\($0)" == "line 1, column 1: expected a value, found a byte that is not UTF-8"
        }
    }

    @Test func `the deepest allowed nesting is read and one more is refused`() throws {
        let limit = JSONDocument.depthLimit
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONDocument(parsing: nested(limit))
        #expect { try JSONDocument(parsing: nested(limit + 1)) } throws: {
            "\($0)" == "line 1, column 513: lists and objects are nested deeper than 512"
        }
        #expect(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: String(repeating: "{\"a\":", count: 100_000))
        }
    }

    @Test func `long strings and many numbers are read`() throws {
        let long = String(repeating: "x", count: 50 << 20)
        #expect(try JSONDocument(parsing: "[\"\(long)\"]").root[0]?.string?.utf8.count == 50 << 20)
        let numbers = "[" + String(repeating: "1.5,", count: 4_999_999) + "1.5]"
        #expect(try JSONDocument(parsing: numbers).root.array?.count == 5_000_000)
    }

    @Test func `a text over the size limit is refused`() throws {
        let bytes = [UInt8](repeating: UInt8(ascii: " "), count: JSONDocument.sizeLimit + 1)
        #expect { try JSONDocument(parsing: bytes) } throws: {
            "\($0)" == "line 1, column 1: the text has 67108865 bytes; at most 67108864 (64 MB) are read"
        }
    }

    @Test func `every part of the text is found again`() throws {
        let document = try JSONDocument(
            parsing: """
                {
                  "a": { "é": [10, {"x": 1}, 30], "c": 2 },
                  "d": 3
                }
                """)
        func place(_ text: String) throws -> [Int]? {
            document.position(of: try #require(JSONPath(parsing: text))).map { [$0.line, $0.column] }
        }
        #expect(try place("a") == [2, 3])
        #expect(try place("a.é") == [2, 10])
        #expect(try place("a.é[1].x") == [2, 21])
        #expect(try place("a.é[2]") == [2, 30])
        #expect(try place("a.c") == [2, 35])
        #expect(try place("d") == [3, 3])
        #expect(try place("a.q") == nil)
        #expect(document.nearestPosition(of: JSONPath("a", "q", "r")).line == 2)
    }

    @Test func `duplicate keys are collected with both places and the first value stays`() throws {
        let document = try JSONDocument(
            parsing: """
                {"x": 0, "l": [{"a": 1,
                  "b": 2, "b": {"c": 1, "c": 2}, "d": 5}],
                 "x": 3, "e": 4}
                """)
        #expect(document.root == ["x": 0, "l": [["a": 1, "b": 2, "d": 5]], "e": 4])
        #expect(document.duplicateKeys.map(\.path.description) == ["l[0].b", "x"])
        #expect(document.duplicateKeys.map { [$0.position.line, $0.position.column] } == [[2, 11], [3, 2]])
        #expect(document.duplicateKeys.map { [$0.firstPosition.line, $0.firstPosition.column] } == [[2, 3], [1, 2]])
        #expect(document.position(of: JSONPath("e")) == .init(line: 3, column: 10))
    }

    @Test func `a megabyte is read in milliseconds`() throws {
        let stage = #"{"stage": "reduce.tsne", "inputs": {"points": "pca"}, "parameters": {"perplexity": 30.5}}"#
        let stages = (0..<10_000).map { "\"map\($0)\": \(stage)" }
        let bytes = Array("{\"stages\": {\(stages.joined(separator: ",\n"))}}".utf8)
        #expect(bytes.count > 1_000_000)
        let clock = ContinuousClock()
        let times = try (0..<5).map { _ in try clock.measure { _ = try JSONDocument(parsing: bytes) } }
        // Ten times what a quiet machine takes, so that a busy one passes and a quadratic parser does not.
        #expect(times.min()! < .milliseconds(200))
    }
}
