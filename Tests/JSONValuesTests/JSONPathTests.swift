import JSONValues
import Testing

@Suite struct JSONPathTests {
    @Test(arguments: [
        "stages.map.parameters.perplexity", "inputs.sections[2]", "a[0][1].b", #"a["b.c"].d"#, #"["x\"]"]"#, "map-1_é",
    ])
    func `a path reads back as it is written`(text: String) throws {
        #expect(try #require(JSONPath(parsing: text)).description == text)
    }

    @Test(arguments: ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[1]b", #"a["b]"#])
    func `text that is no path is refused`(text: String) {
        #expect(JSONPath(parsing: text) == nil)
    }

    @Test func `a path leads to a value or nowhere`() throws {
        let value: JSONValue = ["a": [1, ["b": 2]]]
        #expect(value[try #require(JSONPath(parsing: "a[1].b"))] == 2)
        #expect(value[JSONPath("a", "b")] == nil)
        #expect(value[.root] == value)
    }
}

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("perplexty", "perplexity"), ("Perplexity", "perplexity"), ("learningRate", "learning_rate"),
        ("preplexity", "perplexity"), ("reduce.tnse", "reduce.tsne"), ("xyz", nil), ("", nil), ("k", nil),
        ("sed", "seed"), ("perplexity", "perplexity"),
    ])
    func `a typing mistake finds what was meant`(typed: String, meant: String?) {
        let names = ["dimensions", "perplexity", "learning_rate", "seed", "reduce.tsne", "n"]
        #expect(nearestName(to: typed, in: names) == meant)
    }
}
