/// Places slots in one arena so that those which never live at the same time share memory.
///
/// A slot lives from the first step that touches it to the last. Largest first, each goes to the lowest offset that is
/// free during its life: a greedy rule that comes close to the peak of what lives at once.
struct SlotAllocation {
    private(set) var slots: [Slot]
    private(set) var bytes = 0

    init(slots: [Slot], steps: [Step], keeping kept: Set<Int>) {
        self.slots = slots
        var first = [Int](repeating: Int.max, count: slots.count)
        var last = [Int](repeating: -1, count: slots.count)
        for (index, step) in steps.enumerated() {
            for slot in step.reads + step.writes {
                first[slot] = min(first[slot], index)
                last[slot] = max(last[slot], index)
            }
        }
        for slot in kept {
            first[slot] = 0
            last[slot] = steps.count
        }

        let order = slots.indices
            .filter { if case .arena = slots[$0].place { last[$0] >= 0 } else { false } }
            .sorted { (slots[$0].byteCount, -$0) > (slots[$1].byteCount, -$1) }
        var placed: [(range: Range<Int>, slot: Int)] = []
        for slot in order {
            let size = (slots[slot].byteCount + 63) / 64 * 64
            let busy = placed.filter { first[$0.slot] <= last[slot] && first[slot] <= last[$0.slot] }
                .map(\.range).sorted { $0.lowerBound < $1.lowerBound }
            var offset = 0
            for range in busy where range.upperBound > offset {
                if range.lowerBound >= offset + size { break }
                offset = range.upperBound
            }
            placed.append((offset..<offset + size, slot))
            self.slots[slot].place = .arena(offset: offset)
            bytes = max(bytes, offset + size)
        }
    }
}
