/// Sizes and colours that all plots share.
enum PlotStyle {
    static let title = TextStyle(size: 13, isBold: true)
    static let name = TextStyle(size: 11.5)
    static let tick = TextStyle(size: 10.5, color: Color(0x444444))
    static let note = TextStyle(size: 10.5, color: Color(0x777777))

    static let grid = Color(0xE8E8E8)
    static let axis = Color(0x8C8C8C)
    /// Bars and lines that need no distinction.
    static let plain = Palette.categorical[0]

    static let margin = 10.0
    static let titleHeight = 24.0
    /// Height of a line of tick labels below an axis.
    static let tickRoom = 18.0
    /// Distance of tick labels from the axis they stand beside.
    static let tickGap = 6.0
    /// Height of the line with the name of an axis.
    static let nameRoom = 18.0
    static let lineHeight = 16.0
}
