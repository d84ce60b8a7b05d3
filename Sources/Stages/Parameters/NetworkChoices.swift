public import Attribution
public import FeatureVisualization
public import NeuralNetwork
public import Pipeline

extension PlanRequest.Algorithm: ParameterChoice {}
extension MaximizationSettings.ParameterizationKind: ParameterChoice {}
extension StyleSettings.Start: ParameterChoice {}
extension ExplainedScore: ParameterChoice {}
extension PlainColor: ParameterChoice {}
