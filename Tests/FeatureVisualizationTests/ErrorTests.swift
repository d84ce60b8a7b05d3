import FeatureVisualization
import NeuralNetwork
import Synchronization
import Tensors
import Testing

@Suite struct ErrorTests {
    private func message(
        _ unit: TargetUnit, network: String = "gray", state: OptimizationState? = nil,
        _ change: (inout MaximizationSettings) -> Void = { _ in }
    ) throws -> String? {
        do {
            _ = try Maximization(Golden.model(network), MaximizationSettings(change))
                .run([unit], resuming: state.map { [unit: $0] } ?? [:])
            return nil
        } catch let error as MaximizationError { return error.description }
    }

    @Test func `a unit that does not exist is named with what there is`() throws {
        #expect(
            try message(TargetUnit(layer: "haed", channel: 0)) == """
                the network has no layer 'haed'; did you mean 'head'?
                  fix: the layers are conv, relu, flatten, head
                """)
        #expect(
            try message(TargetUnit(layer: "conv", channel: 8)) == """
                layer 'conv' has no channel 8; its 8 channels count from 0
                  fix: choose a channel in 0...7
                """)
        #expect(
            try message(TargetUnit(layer: "relu", channel: 0, position: .at(row: 3, column: 10))) == """
                position (3, 10) lies outside the maps of layer 'relu', which are 10×10
                  fix: choose a row in 0...9 and a column in 0...9, or use larger images
                """)
    }

    @Test func `a direction has a number for each channel`() throws {
        let term = ObjectiveTerm(layer: "conv", .direction([1, 2, 3], .everywhere))
        #expect(
            try message(TargetUnit([term])) == """
                the direction has 3 components, but layer 'conv' has 8 channels
                  fix: give 8 numbers, one for each channel
                """)
    }

    @Test func `a size or colours that do not fit are refused`() throws {
        #expect(
            try message(TargetUnit(layer: "head", channel: 0)) { $0.size = 20 } == """
                images of 20×20 do not reach layer 'head': layer 'head' takes [800], but its input has shape [2048]
                  fix: leave the size out, or take the network's own, 14×14
                """)
        #expect(
            try message(TargetUnit(layer: "conv", channel: 0)) { $0.color = .imageNet } == """
                ImageNet's colours need images of three channels; the network takes 1
                  fix: set the colour to 'auto' or 'none'
                """)
        #expect(
            try message(TargetUnit(layer: "conv", channel: 0)) { $0.color = .measured(ColorCovariance(channels: 3)) }
                == """
                the colours are those of images of 3 channels; the network takes 1
                  fix: take the colours of images like those the network was trained on
                """)
    }

    @Test func `a state of another optimizer is refused`() throws {
        let unit = TargetUnit(layer: "conv", channel: 0)
        let states = Mutex<[TargetUnit: OptimizationState]>([:])
        _ = try Maximization(Golden.model("gray"), MaximizationSettings { $0.iterations = 2 }).run([unit]) { progress in
            states.withLock { $0[progress.unit] = progress.state }
        }
        #expect(
            try message(unit, state: states.withLock { $0[unit] }) { $0.ascent = MomentumAscent(learningRate: 1) }
                == """
                the saved state of conv:0 lacks 'velocity'
                  fix: go on with the settings that the state was made with, or start afresh
                """)
    }

    @Test func `a state of other settings is refused`() throws {
        let unit = TargetUnit(layer: "conv", channel: 0)
        let state = OptimizationState(start: Tensor(shape: [1, 2, 5, 3]))
        #expect(
            try message(unit, state: state) == """
                'parameters' of the saved state of conv:0 has shape [1, 2, 5, 3], not [1, 2, 14, 8]
                  fix: go on with the settings that the state was made with, or start afresh
                """)
        var tensors = state.tensors
        tensors["memory/mean"] = Tensor(shape: [2])
        #expect(
            throws: MaximizationError.stateHasOtherShape(
                unit: "conv:0", tensor: "memory/mean", expected: [2, 1, 2, 5, 3], found: [2])
        ) { try OptimizationState(tensors: tensors, of: unit) }
        tensors["memory/mean"] = nil
        tensors["best_parameters"] = nil
        #expect(throws: MaximizationError.stateLacks(unit: "conv:0", tensor: "best_parameters")) {
            try OptimizationState(tensors: tensors, of: unit)
        }
    }
}
