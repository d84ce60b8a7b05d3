import JSONValues
import Testing

@Suite struct JSONTextTests {
    @Test func `canonical text sorts keys and keeps number types`() {
        let value: JSONValue = ["b": [1, 1.0, 0.1, 1e300], "a": ["y": nil, "x": true], "": "q\"\\\n\u{1}é"]
        #expect(
            value.canonicalText == #"{"":"q\"\\\n\u0001é","a":{"x":true,"y":null},"b":[1,1.0,0.1,1e+300]}"#)
    }

    @Test func `order of members changes neither equality nor canonical text`() {
        let names = (0..<20).map { "key\($0)" }
        let forward = JSONValue.object(JSONObject(names.map { ($0, 1) }))
        let backward = JSONValue.object(JSONObject(names.reversed().map { ($0, 1) }))
        #expect(forward == backward)
        #expect(forward.hashValue == backward.hashValue)
        #expect(forward.canonicalText == backward.canonicalText)
        #expect(forward.compactText != backward.compactText)
    }

    @Test func `text of every kind reads back as the same value`() throws {
        let value: JSONValue = [
            "numbers": [0, -1, 9_223_372_036_854_775_807, 0.1, -0.0, 2.5e-308, 1.7976931348623157e308],
            "strings": ["", "\u{7}\u{2028}😀", "a/b"], "deep": [[[]], [:], ["a": ["b": [:]]]],
        ]
        for text in [value.canonicalText, value.compactText, value.prettyText] {
            #expect(try JSONDocument(parsing: text).root == value)
        }
    }

    @Test func `pretty text keeps short lists on one line`() {
        let value: JSONValue = ["mean": [0.485, 0.456], "empty": [:], "list": [["a": 1], []], "name": "x"]
        #expect(
            value.prettyText == """
                {
                  "mean": [0.485, 0.456],
                  "empty": {},
                  "list": [
                    {
                      "a": 1
                    },
                    []
                  ],
                  "name": "x"
                }
                """)
    }

    @Test func `32-bit numbers are written as short as they are`() {
        #expect(JSONValue.float(0.1).canonicalText == "0.1")
        #expect(JSONValue.float(1e-5).canonicalText == "1e-05")
        #expect(JSONValue.number(Double.nan).canonicalText == "null")
        #expect(JSONValue.float(.infinity).canonicalText == "null")
    }

    @Test func `members can be set, replaced and removed`() {
        var value: JSONValue = nil
        for index in 0..<24 { value["k\(index)"] = .integer(index) }
        value["k3"] = "three"
        value["k0"] = nil
        #expect(value.object?.keys == (1..<24).map { "k\($0)" })
        #expect(value["k3"] == "three")
        #expect(value["k11"] == 11)
        #expect(value["k0"] == nil)
    }
}
