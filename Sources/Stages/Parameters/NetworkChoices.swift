public import FeatureVisualization
public import NeuralNetwork
public import Pipeline

extension PlanRequest.Algorithm: ParameterChoice {}
extension MaximizationSettings.ParameterizationKind: ParameterChoice {}
