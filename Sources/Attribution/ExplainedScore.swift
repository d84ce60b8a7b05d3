/// In which form a class's score is explained. A unit has no other than its activation.
public enum ExplainedScore: String, Sendable, CaseIterable {
    /// The network's output before a softmax: does not compete with other classes.
    case logit
    /// Softmax of the logits: also what speaks against other classes counts, and little is left where it is near 1.
    case probability
}
