public import Pipeline

/// The one list of stages. A new stage is one file and one line here; catalogue, checks, help and reports follow it.
public let allStages: [any Stage.Type] = [
    ActivationsExtractStage.self,
    ActivationsMapsStage.self,
    ActivationsTopStage.self,
    ActivationsUnitsStage.self,
    AttributionDeconvnetStage.self,
    AttributionGradCAMStage.self,
    AttributionGuidedBackpropStage.self,
    AttributionIntegratedGradientsStage.self,
    AttributionOcclusionStage.self,
    AttributionSaliencyStage.self,
    CircuitExpandStage.self,
    CircuitRankStage.self,
    DatasetExploreStage.self,
    DatasetLoadStage.self,
    FiltersMaximizeStage.self,
    FiltersShowStage.self,
    ImageConvolveStage.self,
    ModelLoadStage.self,
    ModelRunStage.self,
    ModelTrainStage.self,
    ReducePCAStage.self,
    ReduceTSNEStage.self,
    ReportRenderStage.self,
]
