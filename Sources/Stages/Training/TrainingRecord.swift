import HDF5Files
import Imaging
import NeuralNetwork
import Pipeline
import Reporting
import Training

/// The course of a training run: as HDF5, and as curves for a page.
enum TrainingRecord {
    static func write(_ history: TrainingHistory, to port: Output, _ io: StageIO) throws {
        let output = try HDF5Output(port, io)
        let epochs = history.epochs
        var columns: [(String, [Double])] = [
            ("loss", epochs.map(\.loss)), ("accuracy", epochs.map(\.accuracy)),
            ("learning_rate", epochs.map(\.learningRate)), ("gradient_norm", epochs.map(\.gradientNorm)),
        ]
        let validation = epochs.compactMap(\.validation)
        if validation.count == epochs.count {
            columns += [
                ("validation_loss", validation.map(\.loss)), ("validation_accuracy", validation.map(\.accuracy)),
            ]
        }
        for (name, values) in columns { try output.write(values, to: "/" + name, axes: ["epochs"]) }
        if let initial = history.initial {
            try output.file.setAttribute("initial_loss", .number(initial.loss))
            try output.file.setAttribute("initial_accuracy", .number(initial.accuracy))
        }
        try output.close()
        if let last = epochs.last {
            io.metric("loss", last.loss)
            io.metric("accuracy", last.accuracy)
        }
        if let last = validation.last {
            io.metric("validation_loss", last.loss)
            io.metric("validation_accuracy", last.accuracy)
        }
    }

    static func show(_ history: TrainingHistory, network: Network, samples: Int, _ io: StageIO) throws {
        let summary = SummaryWriter(io)
        var section = SectionContent(title: "Training of \(network.name)")
        let epochs = history.epochs
        let validation = epochs.compactMap(\.validation)
        section.metric("images", samples, explanation: "learned from")
        section.metric("parameters", network.parameterCount)
        if let initial = history.initial {
            section.metric("before training", initial.accuracy, format: .percent, explanation: "accuracy")
        }
        if let last = epochs.last {
            section.metric(
                "accuracy", last.accuracy, format: .percent, explanation: "of the last epoch, while learning")
        }
        if let last = validation.last {
            section.metric("validation accuracy", last.accuracy, format: .percent, explanation: "after the last epoch")
        }
        var curves: [Block.Picture] = []
        for (name, unit, own, other) in [
            ("loss", "nats", epochs.map(\.loss), validation.map(\.loss)),
            ("accuracy", nil as String?, epochs.map(\.accuracy), validation.map(\.accuracy)),
        ] {
            var series = [LinePlot.Series("training", own)]
            if !other.isEmpty { series.append(LinePlot.Series("validation", other)) }
            let plot = LinePlot(
                series: series, title: name == "loss" ? "Loss" : "Accuracy",
                xAxis: Axis("epoch", hasWholeNumbers: true),
                yAxis: Axis(name, unit: unit))
            curves.append(
                try summary.save(plot, as: "\(name).png", alternative: "The \(name) of each epoch, as a curve"))
        }
        section.gallery(curves, columns: 2)
        section.details("Every epoch") { inner in
            inner.table(
                columns: [
                    .number("epoch"), .number("loss"), .number("accuracy"), .number("validation loss"),
                    .number("validation accuracy"),
                ],
                rows: epochs.map { record in
                    [
                        .count(record.epoch), .number(record.loss), .number(record.accuracy, format: .percent),
                        record.validation.map { .number($0.loss) } ?? "",
                        record.validation.map { .number($0.accuracy, format: .percent) } ?? "",
                    ]
                })
        }
        summary.write(section)
    }
}
