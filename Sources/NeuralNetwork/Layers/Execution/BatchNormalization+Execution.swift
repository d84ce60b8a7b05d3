extension BatchNormalization {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        if builder.request.isTraining {
            appendTrainingForward(node, to: builder)
        } else {
            appendInferenceForward(node, to: builder)
        }
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        if builder.request.isTraining {
            appendTrainingBackward(node, to: builder)
        } else {
            appendInferenceBackward(node, to: builder)
        }
    }

    // MARK: - Inference: a fixed scale and shift

    private func appendInferenceForward(_ node: Int, to builder: PlanBuilder) {
        precondition(!builder.request.weightGradients, "weights of a batch normalisation are learned in training only")
        let (name, epsilon, channels) = (builder.network.nodes[node].name, epsilon, channels)
        builder.appendChannelAffine(node) { source in
            normalizationAffine(name, epsilon: epsilon, channels: channels, source)
        }
    }

    private func appendInferenceBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.throughReLU(builder.absorbed(by: node).relu, node, builder.outputGradient(node))
        builder.appendChannelAffineBackward(node, gradient)
    }
}
