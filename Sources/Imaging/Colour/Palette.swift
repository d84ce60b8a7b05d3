/// Colours for classes.
public enum Palette {
    /// Twenty colours that also colour-blind eyes tell apart.
    ///
    /// Okabe & Ito's eight ("Color Universal Design", 2008; their black is the tenth here), then each time the colour,
    /// of a grid and neither very light nor very dark, that is farthest from white and all before it in CIELAB, taking
    /// the least of the distances seen with normal, protanopic, deuteranopic and tritanopic eyes (Machado, Oliveira &
    /// Fernandes, IEEE TVCG 15 (2009) 1291–1298). No two of the twenty are nearer than 17, or 11 for the rare
    /// tritanopia.
    public static let categorical: [Color] = [
        0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0xF0E442, 0x7700FF, 0x992222, 0x000000,
        0x99CC77, 0x8866FF, 0x773366, 0x1144AA, 0x55DDAA, 0x883344, 0x7799FF, 0xBB7744, 0xBB1100, 0xDDBBDD,
    ].map(Color.init)

    /// For samples without a class.
    public static let unlabelled = Color(0xAAAAAA)

    /// The colour of a class; after twenty they repeat, and numbers below 0 mean none.
    public static func color(ofClass index: Int) -> Color {
        index < 0 ? unlabelled : categorical[index % categorical.count]
    }
}
