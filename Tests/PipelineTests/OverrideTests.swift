import JSONValues
import Pipeline
import Testing

/// What `--set` refuses, in whole words, and what it takes.
@Suite struct OverrideTests {
    private static let pipeline = #"""
        {"variables": {"n": 3, "where": {"from": 1, "list": [1, 2]}},
         "stages": {"count": {"stage": "toy.count", "parameters": {"count": "${n}"}},
                    "sum": {"stage": "toy.add", "inputs": {"points": "count"}},
                    "sweep": {"stage": "toy.count", "matrix": {"count": [1, 2]}}}}
        """#

    @Test(arguments: [
        (
            "variables.nn=1",
            """
            --set variables.nn=1: the pipeline has no 'variables.nn'; did you mean 'n'?
              fix: choose from n, where
            """
        ),
        (
            "stages.cuont.parameters.count=1",
            """
            --set stages.cuont.parameters.count=1: the pipeline has no 'stages.cuont'; did you mean 'count'?
              fix: choose from count, sum, sweep
            """
        ),
        (
            "stages.new={}",
            """
            --set stages.new={}: the pipeline has no 'stages.new'
              fix: choose from count, sum, sweep
            """
        ),
        (
            "stages.sweep[count=1].parameters.first_number=2",
            """
            --set stages.sweep[count=1].parameters.first_number=2: 'sweep[count=1]' is an instance, and a setting is for all of them
              fix: set the list of an axis: --set 'stages.sweep.matrix.…=[…]'
            """
        ),
        (
            "stages.sweep.parameters.count=3",
            """
            --set stages.sweep.parameters.count=3: 'count' has the values of "matrix"
              fix: set the axis: --set 'stages.sweep.matrix.count=[3]'
            """
        ),
        (
            "stages.count.parameters.cuont=1",
            """
            --set stages.count.parameters.cuont=1: 'toy.count' has no parameter 'cuont'; did you mean 'count'?
              fix: rename or remove it; the parameters are batch, count, first_number, limit, order, skipped
            """
        ),
        (
            "stages.count.paramters=1",
            """
            --set stages.count.paramters=1: unknown key 'paramters'; did you mean 'parameters'?
              fix: rename or remove it; the keys are description, inputs, matrix, parameters, resources, shards, stage
            """
        ),
        (
            "stages.count.parameters.count=many",
            """
            --set stages.count.parameters.count=many: expected a whole number, found the string "many"
              fix: write a whole number; the default is 3
            """
        ),
        (
            "stages.count.parameters.skipped=[1,\"x\"]",
            """
            --set stages.count.parameters.skipped=[1,"x"]: stages.count.parameters.skipped[1]: expected a whole number, found the string "x"
              fix: write a whole number
            """
        ),
        (
            "stages.count.matrix.first_number=[1,true]",
            """
            --set stages.count.matrix.first_number=[1,true]: stages.count.matrix.first_number[1]: expected a number, found true
              fix: write a number; the default is 0.5
            """
        ),
        (
            "variables.n=x",
            """
            --set variables.n=x: stages.count.parameters.count: expected a whole number, found the string "x"
              fix: write a whole number; the default is 3
            """
        ),
        (
            "variables.where.list[2]=1",
            """
            --set variables.where.list[2]=1: the pipeline has no 'variables.where.list[2]'
              fix: choose from 0, 1
            """
        ),
        (
            "name=7",
            """
            --set name=7: expected a string, found the number 7
              fix: write a string in double quotes
            """
        ),
        (
            "include=[]",
            """
            --set include=[]: the pipeline has no 'include'
              fix: choose from description, name, stages, variables
            """
        ),
        (
            #"variables.where={"a":1,"a":2}"#,
            """
            --set variables.where={"a":1,"a":2}: variables.where.a: the key is there twice
              fix: remove one of the two
            """
        ),
    ])
    func `settings that change nothing that is there are refused`(setting: String, message: String) throws {
        #expect(try Workspace(Self.pipeline).mistakes(setting) == message)
    }

    @Test func `lists, objects, parts of them, parameters left out, and axes can be set`() throws {
        let workspace = try Workspace(Self.pipeline)
        let file = try PipelineFile(
            reading: workspace.path + "/p.json",
            settings: [
                "name=\"7\"", "stages.count.parameters.skipped=[]", "stages.count.matrix.order=[\"up\",\"down\"]",
                "variables.where.list[1]={\"deep\":[0]}", "variables.where.list[1].deep[0]=a=b",
                "description=${where}", "stages.sum.resources={\"threads\":2}",
            ])
        #expect(file.name == "7")
        #expect(
            file.resolved["stages"]?["count"] == [
                "stage": "toy.count", "parameters": ["count": 3, "skipped": []], "matrix": ["order": ["up", "down"]],
            ])
        #expect(file.resolved["description"] == ["from": 1, "list": [1, ["deep": ["a=b"]]]])
        #expect(file.resolved["stages"]?["sum"]?["resources"] == ["threads": 2])
    }

    @Test(arguments: [
        (
            "stages.aa.parameters.count=0",
            """
            --set stages.aa.parameters.count=0: 0 is outside 1...1000
              fix: choose a value in that range, or remove the key to take the default 3
            """
        ),
        (
            "stages.b.parameters.count=3",
            """
            --set stages.b.parameters.count=3: the pipeline has no 'stages.b'
              fix: choose from aa
            """
        ),
        (
            "stagse.aa.parameters.count=3",
            """
            --set stagse.aa.parameters.count=3: the pipeline has no 'stagse'; did you mean 'stages'?
              fix: choose from description, name, stages, variables
            """
        ),
        (
            "stages.aa.stage.x=3",
            """
            --set stages.aa.stage.x=3: 'stages.aa.stage' is the string "toy.count" and has no parts
              fix: set 'stages.aa.stage' as a whole
            """
        ),
        (
            "count",
            """
            --set count: expected a path, '=' and a value
              fix: write --set stages.map.parameters.perplexity=50
            """
        ),
    ])
    func `settings that cannot be right are refused`(setting: String, message: String) throws {
        let workspace = try Workspace(#"{"stages": {"aa": {"stage": "toy.count"}}}"#)
        #expect(workspace.mistakes(setting) == message)
    }
}
